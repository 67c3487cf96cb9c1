"""Sequential equilibrium: textbook games, and the tables and closed forms of the theory."""

import json
import random
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from game_trees import chance, move, tree
from shipped import scenario
from signalling_trees import audience, behaviour, crisis

from negotiation.budget import Budget
from negotiation.concepts import sequential
from negotiation.errors import NotApplicableError, SolverError
from negotiation.games.normal_form import NormalFormGame
from negotiation.games.numbers import exact_array

#: Exact numbers are written often here.
F = Fraction

THEORY = Path(__file__).parents[2] / ".." / "shared" / "validation" / "theory.json"

BOTH = ("intuitive criterion", "D1")


def found(solution):
    """Each equilibrium's behaviour as text: the probability of the first action at each information set, by name."""
    names = [place.name for place in solution.game.information_sets]
    return {tuple(sorted((name, str(row[0])) for name, row in zip(names, e.profile, strict=True))): e for e in solution.equilibria}


def first_actions(**shares):
    return tuple(sorted((name.replace("_", " "), str(share)) for name, share in shares.items()))


def place(game, name):
    return next(number for number, item in enumerate(game.information_sets) if item.name == name)


def beer_quiche():
    """Cho and Kreps (1987): 1 for the breakfast one likes, 2 for no duel; 1 for fighting the weak or deferring to the strong."""

    def kind(t, likes):
        return {
            meal: move("R", meal, fight=(int(meal == likes), int(t == "weak")), defer=(2 + int(meal == likes), int(t == "strong")))
            for meal in ("beer", "quiche")
        }

    types = {t: (share, move("S", t, **kind(t, likes))) for t, share, likes in (("strong", "0.9", "beer"), ("weak", "0.1", "quiche"))}
    return tree(("S", "R"), chance(**types))


def seltens_horse():
    """Selten (1975), figure 1."""
    third = "3"
    across = move("2", "second", R=(1, 1, 1), L=move(third, "third", R=(4, 4, 0), L=(0, 0, 1)))
    return tree(("1", "2", third), move("1", "first", R=across, L=move(third, "third", R=(3, 2, 2), L=(0, 0, 0))))


def job_market():
    """Spence (1973) with two levels of education; the payoffs of Watson (2013), figure 29.1."""
    pay = {"high": {"E": ((6, 10), (0, 4)), "N": ((10, 10), (4, 4))}, "low": {"E": ((3, 0), (-3, 4)), "N": ((10, 0), (4, 4))}}

    def kind(t):
        return move("You", t, **{level: move("Firm", f"saw {level}", M=pay[t][level][0], C=pay[t][level][1]) for level in "EN"})

    return tree(("You", "Firm"), chance(high=("1/3", kind("high")), low=("2/3", kind("low"))))


def test_beer_quiche_has_two_pooling_components_and_only_beer_is_intuitive():
    """Cho and Kreps (1987), section II: whoever deviates is fought with probability at least 1/2, on beliefs of at least 1/2."""
    game = beer_quiche()
    solution = sequential.solve(game)
    assert solution.complete
    assert len(solution.equilibria) == 4
    assert [len(component.equilibria) for component in solution.components] == [2, 2]
    for component, (kept, other, verdict) in zip(
        solution.components, (("beer", "quiche", "survives"), ("quiche", "beer", "fails")), strict=True
    ):
        fights = place(game, other)
        assert component.intervals == {(fights, 0): (F(1, 2), 1), (fights, 1): (0, F(1, 2))}
        for number in component.equilibria:
            equilibrium = solution.equilibria[number]
            said = behaviour(game, equilibrium.profile)
            assert said["strong"][kept] == said["weak"][kept] == said[kept]["defer"] == 1
            assert all(equilibrium.verdicts[name].startswith(verdict) for name in BOTH)
    surely = found(solution)[first_actions(strong=1, weak=1, beer=0, quiche=1)]
    assert surely.payoffs == (F(29, 10), F(9, 10))
    assert surely.belief_intervals == {(place(game, "quiche"), 0): (0, F(1, 2)), (place(game, "quiche"), 1): (F(1, 2), 1)}
    at_the_bound = found(solution)[first_actions(strong=1, weak=1, beer=0, quiche="1/2")]
    assert at_the_bound.beliefs[place(game, "quiche")] == (F(1, 2), F(1, 2))
    assert not at_the_bound.belief_intervals
    quiche = found(solution)[first_actions(strong=0, weak=0, beer=1, quiche=0)]
    assert (
        quiche.verdicts["intuitive criterion"]
        == "fails: beer cannot come from weak, and strong then gains by beer, whatever the best reply"
    )


def test_seltens_horse_keeps_only_the_component_without_the_empty_threat():
    """Selten (1975): player 3 plays L with probability at least 3/4, on a belief of at least 2/3 that player 2 let him move.

    The Nash component with (L, R) rests on player 2 not answering as he should, and is not sequential.
    """
    game = seltens_horse()
    solution = sequential.solve(game)
    third = place(game, "third")
    assert solution.complete
    assert found(solution).keys() == {first_actions(first=1, second=1, third=0), first_actions(first=1, second=1, third="1/4")}
    assert [component.intervals for component in solution.components] == [{(third, 0): (0, F(1, 4)), (third, 1): (F(3, 4), 1)}]
    surely = found(solution)[first_actions(first=1, second=1, third=0)]
    assert surely.belief_intervals == {(third, 0): (F(2, 3), 1), (third, 1): (0, F(1, 3))}
    assert {equilibrium.payoffs for equilibrium in solution.equilibria} == {(1, 1, 1)}
    assert set(surely.verdicts.values()) == {"not applicable: 1, who moves first, has no private information"}


def test_job_market_signalling():
    """Separation, and pooling without education that both refinements reject."""
    game = job_market()
    solution = sequential.solve(game)
    by_behaviour = found(solution)
    separating = by_behaviour.pop(first_actions(high=1, low=0, saw_E=1, saw_N=0))
    assert separating.payoffs == (F(14, 3), 6)
    assert set(separating.verdicts.values()) == {"survives"}
    assert by_behaviour.keys() == {first_actions(high=0, low=0, saw_E=0, saw_N=0), first_actions(high=0, low=0, saw_E="2/3", saw_N=0)}
    for pooling in by_behaviour.values():
        assert pooling.payoffs == (4, 4)
        assert all(pooling.verdicts[name].startswith("fails: E cannot come from low, and high then gains by E") for name in BOTH)
    assert by_behaviour[first_actions(high=0, low=0, saw_E=0, saw_N=0)].belief_intervals[place(game, "saw E"), 0] == (0, F(2, 5))


def test_a_card_game_is_solved_by_bluffing_a_third_of_the_time():
    """Myerson (1991), figure 2.1: raise a red card, bluff with a black one 1/3 of the time, meet 2/3; worth 1/3."""
    cards = {
        "red": move("1", "red", rise=move("2", "raised", meet=(2, -2), fold=(1, -1)), fold=(1, -1)),
        "black": move("1", "black", rise=move("2", "raised", meet=(-2, 2), fold=(1, -1)), fold=(-1, 1)),
    }
    (equilibrium,) = sequential.solve(tree(("1", "2"), chance(**{card: ("1/2", below) for card, below in cards.items()}))).equilibria
    assert [row[0] for row in equilibrium.profile] == [1, F(2, 3), F(1, 3)]
    assert equilibrium.payoffs == (F(1, 3), F(-1, 3))


def test_two_followers_share_one_belief_about_a_deviation():
    """Kreps and Wilson (1982): a consistent belief comes from one history of trembles, so all who see a deviation agree.

    Player 1 can stay out or err to ``a`` or ``b``; players 2 and 3 see that he did, but not to which. Player 2 strikes if he
    believes in ``a`` by 3/5 or more, player 3 if he believes in ``b`` by as much. Only if both strike is 1 better off out:
    beliefs that differ would keep him there, one shared belief cannot.
    """

    def after(a):
        odds = (2, -3) if a else (-3, 2)
        to_first = {"strike": F(-1), "pass": F(3, 2)}

        def pair(two, three):
            return to_first[two] + to_first[three], odds[0] if two == "strike" else 0, odds[1] if three == "strike" else 0

        return move("2", "second", **{two: move("3", "third", **{three: pair(two, three) for three in to_first}) for two in to_first})

    game = tree(("1", "2", "3"), move("1", "first", out=(0, 0, 0), a=after(True), b=after(False)))
    solution = sequential.solve(game)
    assert solution.complete
    assert all(e.profile[place(game, "first")][0] == 0 for e in solution.equilibria)
    assert all(e.payoffs[0] >= F(1, 2) for e in solution.equilibria)


def test_nobody_signals_what_he_does_not_know():
    """Fudenberg and Tirole (1991): after a deviation by a player who has not seen the draw, beliefs about it stay the prior."""

    def draw(good):
        return move("1", "blind", wait=(0, 0), go=move("2", "seen", trust=(1, 1 if good else -1), doubt=(-1, 0)))

    game = tree(("1", "2"), chance(good=("0.3", draw(True)), bad=("0.7", draw(False))))
    (equilibrium,) = sequential.solve(game).equilibria
    assert equilibrium.path == ("good", "wait") or {path.actions for path in equilibrium.paths} == {("good", "wait"), ("bad", "wait")}
    assert equilibrium.beliefs[place(game, "seen")] == (F(3, 10), F(7, 10))
    assert not equilibrium.belief_intervals


def test_the_finite_audience_game_at_the_parameters_of_the_theory():
    """theory.md 3.3, lam=0.3, bb=0.6: three extreme equilibria, their beliefs, and what the refinements say."""
    game = audience(lam="0.3")
    solution = sequential.solve(game)
    by_behaviour = found(solution)
    mixing = by_behaviour[first_actions(S=1, P="2/7", act="17/36")]
    quiet, bound = by_behaviour[first_actions(S=0, P=0, act=0)], by_behaviour[first_actions(S=0, P=0, act="1/4")]
    seen = place(game, "act")
    assert solution.complete
    assert len(by_behaviour) == 3
    assert mixing.beliefs[seen] == bound.beliefs[seen] == (F(3, 5), F(2, 5))
    assert quiet.belief_intervals == {(seen, 0): (0, F(3, 5)), (seen, 1): (F(2, 5), 1)}
    assert not mixing.belief_intervals
    assert set(mixing.verdicts.values()) == {"survives"}
    for equilibrium in (quiet, bound):
        assert dict(equilibrium.verdicts) == {
            "intuitive criterion": "survives",
            "D1": "fails: X cannot come from P, and S then gains by X",
        }
    assert sorted(component.equilibria for component in solution.components) == [(0,), (1, 2)]


@pytest.mark.skipif(not THEORY.exists(), reason=f"no theory data at {THEORY}")
@pytest.mark.parametrize("case", ["high prior: pooling", "low prior: semi-separating", "separating"])
def test_the_finite_audience_games_of_the_collection(case):
    stored = json.loads(THEORY.read_text(encoding="utf-8"))["m3"]["binary_audience"][case]
    parameters = {"alpha" if name == "al" else name: value for name, value in stored["params"].items()}
    solution = sequential.solve(audience(bb=stored["threshold"], **parameters))
    wanted = {first_actions(S=row["cS:X"], P=row["cP:X"], act=row["w:condone"]) for row in stored["extreme_equilibria"]}
    assert found(solution).keys() == wanted


def audience_equilibria(v):
    """The table of theory.md 3.2 for an audience that condones with probability q: type t prefers X iff q exceeds its threshold.

    Returns the thresholds, and each extreme equilibrium as (S sends X, P sends X, q).
    """
    beta = {t: (v[f"o_{t}"] - v["alpha"] * v[f"V_{t}"] - (1 - v["alpha"]) * v[f"rho_{t}"]) / ((1 - v["alpha"]) * v["b"]) for t in "SP"}
    lam, bb = v["lam"], v["bb"]
    both = int(lam > bb)
    table = {
        (1, 0, 1): beta["S"] < 1 < beta["P"],
        (0, 1, 0): beta["P"] < 0 < beta["S"],
        (1, 1, both): max(beta.values()) < both,
        (1, lam * (1 - bb) / ((1 - lam) * bb), beta["P"]): beta["S"] < beta["P"] and 0 < beta["P"] < 1 and lam < bb,
        ((1 - lam) * bb / (lam * (1 - bb)), 1, beta["S"]): beta["P"] < beta["S"] and 0 < beta["S"] < 1 and bb < lam,
        (0, 0, 0): min(beta.values()) > 0,
        (0, 0, min(1, *beta.values())): min(beta.values()) > 0,
    }
    return beta, {equilibrium for equilibrium, exists in table.items() if exists}


def random_audience(rng):
    def draw(low, high):
        return F(rng.randint(low * 100, high * 100), 100)

    v = {name: draw(-3, 3) for name in ("o_S", "o_P", "rho_S", "rho_P", "V_S", "V_P")}
    return {**v, "b": draw(1, 6), "alpha": F(rng.randint(0, 60), 100), "lam": F(rng.randint(1, 98), 100), "bb": F(rng.randint(2, 99), 101)}


def check_audience(rng):
    v = random_audience(rng)
    beta, wanted = audience_equilibria(v)
    if {*beta.values()} & {0, 1} or beta["S"] == beta["P"] or v["lam"] == v["bb"]:
        return 0
    solution = sequential.solve(audience(**v))
    got = {}
    for equilibrium in solution.equilibria:
        said = behaviour(solution.game, equilibrium.profile)
        got[said["S"]["X"], said["P"]["X"], said["act"]["condone"]] = equilibrium
    assert solution.complete
    assert got.keys() == wanted, v
    for (s, p, q), equilibrium in got.items():
        posterior = equilibrium.beliefs[place(solution.game, "act")][0]
        if s or p:
            assert posterior == v["lam"] * s / (v["lam"] * s + (1 - v["lam"]) * p)
            assert set(equilibrium.verdicts.values()) == {"survives"}
        else:
            assert (posterior <= v["bb"] if q < 1 else posterior >= v["bb"]) or posterior == v["bb"]
            keen = beta["S"] < min(1, beta["P"])
            assert equilibrium.verdicts["intuitive criterion"].startswith("fails" if beta["S"] < 1 < beta["P"] else "survives"), v
            assert equilibrium.verdicts["D1"].startswith("fails" if keen else "survives"), v
    return 1


def test_audience_equilibria_and_verdicts_at_random_parameters():
    """theory.md 3.2 and 3.3: all equilibria, posteriors and both refinements, away from ties."""
    rng = random.Random(32)  # noqa: S311  # games for tests, no secrets
    assert sum(check_audience(rng) for _ in range(400)) > 350


#: theory.md 4.4: the change to the base, how often the weak type bluffs, how often doves accept, and both payoffs.
CRISES = (
    ({}, "1/2", "2/3", ("6/5", "-9/4")),
    ({"tau": "0.8"}, "1", "1", ("57/25", "-83/25")),
    ({"phi": "0.3"}, "0", "1", ("23/20", "-11/5")),
)


@pytest.mark.parametrize(("changes", "bluff", "accept", "payoffs"), CRISES)
def test_the_crisis_with_two_types_on_each_side(changes, bluff, accept, payoffs):
    """theory.md 4.4: one equilibrium in each case."""
    game = crisis(**changes)
    solution = sequential.solve(game)
    (equilibrium,) = solution.equilibria
    said = behaviour(game, equilibrium.profile)
    assert solution.complete
    assert said["tough"]["ultimatum"] == said["tough: refused"]["act"] == said["weak: refused"]["stand"] == said["hawk"]["refuse"] == 1
    assert (str(said["weak"]["ultimatum"]), str(said["dove"]["accept"])) == (bluff, accept)
    assert tuple(map(str, equilibrium.payoffs)) == payoffs
    assert set(equilibrium.verdicts.values()) == {"survives"}


def check_crisis(rng):
    """Compare a random crisis with the conditions of theory.md 4.4; the tough type's participation is slack."""
    whole = rng.randint
    v = {"R_L": whole(1, 6), "c": whole(1, 5), "V": whole(1, 6), "h": whole(3, 9), "w": F(whole(0, 8), 4), "f": F(whole(0, 8), 4)}
    v |= {"R_H": -v["c"] - whole(1, 5), "tau": F(whole(1, 49), 50), "phi": F(whole(1, 49), 50), "k_D": F(whole(0, 20), 4)}
    v["k_K"] = v["h"] + 1
    needed = (v["w"] + v["k_D"] + v["f"]) / (v["h"] + v["f"])
    gain, loss = v["phi"] * v["V"], (1 - v["phi"]) * v["c"]
    if needed >= 1 or gain == loss or v["tau"] == needed:
        return 0
    if gain < loss:
        bluff, accept = F(0), F(1)
    elif v["tau"] > needed:
        bluff, accept = F(1), F(1)
    else:
        bluff, accept = v["tau"] / (1 - v["tau"]) * (1 - needed) / needed, v["c"] / (v["phi"] * (v["V"] + v["c"]))
    solution = sequential.solve(crisis(**v))
    (equilibrium,) = solution.equilibria
    said = behaviour(solution.game, equilibrium.profile)
    assert solution.complete
    assert (said["tough"]["ultimatum"], said["weak"]["ultimatum"], said["dove"]["accept"]) == (1, bluff, accept), v
    belief = equilibrium.beliefs[place(solution.game, "dove")][0]
    assert belief == v["tau"] / (v["tau"] + (1 - v["tau"]) * bluff)
    return 1


def test_crises_at_random_parameters():
    """theory.md 4.4: regime, bluffing, acceptance and beliefs are those of the table, and there is nothing else."""
    rng = random.Random(44)  # noqa: S311  # games for tests, no secrets
    assert sum(check_crisis(rng) for _ in range(500)) > 250


def test_a_crisis_that_nobody_starts_leaves_beliefs_open_and_is_rejected_by_refinements():
    """With good outside options all types may stay out, if doves would refuse for want of a belief in toughness.

    p_hat = (w + k_D + f) / (h + f) = 2/3. The tough type gains by an ultimatum whatever doves do less than they accept, the
    weak one only if they accept: D1 expects the tough type.
    """
    game = crisis(o_L="2.2", o_H="0.5")
    solution = sequential.solve(game)
    quiet = [e for e in solution.equilibria if behaviour(game, e.profile)["tough"]["out"] == 1]
    dove, hawk = place(game, "dove"), place(game, "hawk")
    assert solution.complete
    assert quiet
    assert {e.belief_intervals.get((dove, 0)) for e in quiet} == {e.belief_intervals.get((hawk, 0)) for e in quiet}
    refusing = next(e for e in quiet if behaviour(game, e.profile)["dove"]["accept"] == 0)
    assert refusing.belief_intervals[dove, 0] == (0, F(2, 3))
    assert all(e.verdicts["D1"].startswith("fails: ultimatum cannot come from weak, and tough then gains") for e in quiet)


def volunteers(cost):
    """Diekmann (1985): 1 if anybody volunteers (``a``), less the cost for those who do; three players who move at once."""

    def pay(*chosen):
        return tuple(F(int("a" in chosen)) - int(own == "a") * F(cost) for own in chosen)

    def second(x):
        return move("2", "2", **{y: move("3", "3", **{z: pay(x, y, z) for z in "ab"}) for y in "ab"})

    return tree(("1", "2", "3"), move("1", "1", **{x: second(x) for x in "ab"}))


def test_three_players_who_mix_jointly():
    """Diekmann's volunteer's dilemma with three players, value 1 and cost 1/4: each leaves it to the others with (1/4)**(1/2) = 1/2."""
    solution = sequential.solve(volunteers("1/4"))
    firsts = sorted(tuple(row[0] for row in e.profile) for e in solution.equilibria)
    pairs = [(0, F(3, 4), F(3, 4)), (F(3, 4), 0, F(3, 4)), (F(3, 4), F(3, 4), 0)]
    assert solution.complete
    assert firsts == sorted([(0, 0, 1), (0, 1, 0), (1, 0, 0), (F(1, 2), F(1, 2), F(1, 2)), *pairs])


def test_irrational_mixtures_are_given_in_doubles_and_certified():
    """The volunteer's dilemma with cost 1/2: each leaves it to the others with probability (1/2)**(1/2)."""
    solution = sequential.solve(volunteers("1/2"))
    (mixed,) = [e for e in solution.equilibria if all(0 < row[0] < 1 for row in e.profile)]
    assert [row[1] for row in mixed.profile] == pytest.approx([0.5**0.5] * 3, abs=1e-15)
    assert mixed.certificate.holds


def test_a_type_of_probability_zero_is_infinitely_unlikely():
    """At lam = 0 the audience of theory.md 3.3 still has to believe something if it sees an act; the notes say how this is taken."""
    solution = sequential.solve(audience(lam=0))
    assert solution.complete
    assert any("chance moves of probability 0 are taken as infinitely unlikely" in note for note in solution.notes)
    assert {e.payoffs for e in solution.equilibria} == {(0, 0)}
    assert {said for e in solution.equilibria for said in e.verdicts.values()} == {
        "not applicable: somebody moves after a chance move of probability zero"
    }


def test_equilibria_come_in_a_fixed_order():
    """Those that put more on earlier actions come first."""
    profiles = [e.profile for e in sequential.solve(beer_quiche()).equilibria]
    assert all(first > second for first, second in pairwise(profiles))


def test_the_time_limit_is_kept_and_said():
    with pytest.raises(SolverError, match=r"no equilibrium was found .* the time limit was reached"):
        sequential.solve(crisis(), budget=Budget.of_seconds(0))


class Steps(Budget):
    """A budget of so many looks at the clock."""

    def __init__(self, looks):
        super().__init__()
        object.__setattr__(self, "left", iter(range(looks)))

    @property
    def is_spent(self):
        return next(self.left, None) is None


def test_a_search_that_is_cut_short_returns_what_it_has():
    """Beer and quiche, cut after some steps: either an error, or certified equilibria that are not called complete."""
    outcomes = []
    for looks in range(1, 200, 5):
        try:
            solution = sequential.solve(beer_quiche(), budget=Steps(looks))
        except SolverError:
            outcomes.append(0)
            continue
        if solution.complete:
            break
        assert "the time limit was reached before all supports had been looked at: there may be further equilibria" in solution.notes
        assert all(equilibrium.regret == 0 for equilibrium in solution.equilibria)
        outcomes.append(len(solution.equilibria))
    assert solution.complete
    assert outcomes == sorted(outcomes)
    assert {0, 1} < {*outcomes}


def test_curved_sets_of_equilibria_are_said_to_be_undecided():
    """Player 1 enters if the others, whom nothing matters to, both help with a probability of 1/4 or more: ``q2 q3 >= 1/4``."""

    def helped(two):
        return move("3", "third", help=(int(two), 0, 0), rest=(0, 0, 0))

    entered = move("2", "second", help=helped(True), rest=helped(False))
    solution = sequential.solve(tree(("1", "2", "3"), move("1", "first", enter=entered, stay=("1/4", 0, 0))))
    assert not solution.complete
    (note,) = solution.notes
    assert note.startswith("not complete: where several players mix, their probabilities are multiplied with one another")
    assert "2 at 'second' between help and rest, 3 at 'third' between help and rest" in note
    assert {row[:2] for row in (e.payoffs for e in solution.equilibria)} >= {(F(1, 4), 0), (1, 0)}


def test_a_matrix_is_refused():
    matrix = NormalFormGame(("a", "b"), (("x",), ("y",)), exact_array([[[1]], [[1]]]))
    with pytest.raises(NotApplicableError, match="needs a tree, got a matrix game; use nash"):
        sequential.solve(matrix)


def test_verdicts_say_why_a_game_is_no_signalling_game():
    """Messages must be seen, and come from one player whose types differ."""
    pooled = move("R", "either", r=(0, 1), s=(0, 0))
    game = tree(("S", "R"), chance(t=("1/2", move("S", "t", a=pooled, b=pooled)), u=("1/2", move("S", "u", a=pooled, b=pooled))))
    said = {text for e in sequential.solve(game).equilibria for text in e.verdicts.values()}
    assert said == {"not applicable: at 'either' R does not know whether the first move was a or b"}
    two = tree(("S", "R"), chance(t=("1/2", move("S", "t", a=(0, 0), b=(1, 0))), u=("1/2", move("R", "u", a=(0, 0), b=(0, 1)))))
    assert set(sequential.solve(two).equilibria[0].verdicts.values()) == {"not applicable: not always the same player moves first"}


def test_without_refinements_only_the_verdicts_are_missing():
    game = scenario("beer_quiche").game()
    judged, alone = sequential.solve(game), sequential.solve(game, refine=False)
    assert any(each.verdicts for each in judged.equilibria)
    assert not any(each.verdicts for each in alone.equilibria)
    assert [each.profile for each in alone.equilibria] == [each.profile for each in judged.equilibria]
    assert [each.certificate for each in alone.equilibria] == [each.certificate for each in judged.equilibria]
    assert (alone.complete, alone.notes) == (judged.complete, judged.notes)
