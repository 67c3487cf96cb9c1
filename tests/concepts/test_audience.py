"""The watching audience: perfect Bayesian equilibria where payoffs depend on what it believes (theory, layer 3)."""

import json
import zlib
from dataclasses import replace
from fractions import Fraction
from math import log
from pathlib import Path

import numpy as np
import pytest
from shipped import scenario
from watched_trees import chance, end, reply, turn, watched_tree, without_audience

from negotiation.budget import Budget
from negotiation.concepts import nash, sequential
from negotiation.errors import NotApplicableError, SolverError
from negotiation.games.certificate import certify_sequential
from negotiation.games.numbers import exact
from negotiation.games.watching import bayes_posteriors, certify_watched, settled
from negotiation.lookup import concept, concepts
from negotiation.scenario.scenario import loads

THEORY = Path(__file__).resolve().parents[2] / ".." / "shared" / "validation" / "theory.json"

X, N = "ultimatum", "no ultimatum"
SURVIVES = {"intuitive criterion": "survives", "D1": "survives"}


def found(solution):
    """By kind of equilibrium: what each type does (probability of the ultimatum), the posterior after it, the verdicts."""
    game = solution.game
    assert solution.complete
    listed = {}
    for equilibrium in solution.equilibria:
        assert equilibrium.certificate.condition == "watched"
        sincere, seeker = (row[game.information_sets[0].actions.index(X)] for row in equilibrium.profile)
        after = next(posterior for posterior in equilibrium.posteriors if posterior.observation == f"{X} > refused")
        assert (equilibrium.regret, equilibrium.certificate.belief_error) == (0, 0)
        assert kind(sincere, seeker) not in listed
        listed[kind(sincere, seeker)] = sincere, seeker, after, dict(equilibrium.verdicts)
    return listed


def kind(sincere, seeker):
    if sincere == seeker:
        return "pooling on X" if sincere == 1 else "pooling on N"
    if {sincere, seeker} == {0, 1}:
        return "only S sends X" if sincere == 1 else "only P sends X"
    return "P mixes" if sincere == 1 else "S mixes"


def thresholds(v):
    """The beliefs from which on each type prefers the ultimatum (theory 3.1)."""
    scale = (1 - v["alpha"]) * v["b"]
    return tuple((v[f"o_{t}"] - v["alpha"] * v[f"V_{t}"] - (1 - v["alpha"]) * v[f"rho_{t}"]) / scale for t in "SP")


def table(v):
    """The table of theory 3.2: by kind the two probabilities of the ultimatum and the posterior (off the path, its range)."""
    s, p = thresholds(v)
    lam = v["lam"]
    rows = {}
    if s <= 1 <= p:
        rows["only S sends X"] = 1, 0, 1
    if p <= 0 <= s:
        rows["only P sends X"] = 0, 1, 0
    if s <= lam and p <= lam:
        rows["pooling on X"] = 1, 1, lam
    if s <= p and lam < p < 1:
        rows["P mixes"] = 1, lam / (1 - lam) * (1 - p) / p, p
    if p <= s and 0 < s < lam:
        rows["S mixes"] = (1 - lam) / lam * s / (1 - s), 1, s
    if min(s, p) >= 0:
        rows["pooling on N"] = 0, 0, (0, min(s, p, 1))
    return rows


def survives(v):
    """Whether "nobody sends X" survives the intuitive criterion, and D1 (theory 3.2)."""
    s, p = thresholds(v)
    return not s < 1 < p, not (s < p and s < 1)


def assert_table(v, solution):
    """The solver's equilibria are those of the table: number for number, interval for interval, verdict for verdict."""
    listed, rows = found(solution), table(v)
    assert set(listed) == set(rows), v
    for name, (sincere, seeker, posterior) in rows.items():
        got = listed[name]
        assert got[:2] == (sincere, seeker), (name, v)
        if name == "pooling on N":
            assert got[2].ranges == (posterior,), v
            assert not got[2].reached
            assert tuple(verdict == "survives" for verdict in got[3].values()) == survives(v), v
        else:
            assert got[2].probabilities == (posterior, 1 - posterior), (name, v)
            assert got[2].ranges == ((posterior, posterior),)
            assert got[3] == SURVIVES, (name, v)


def drawn(random_):
    """Exact parameters in the ranges of the benchmarks; ties between thresholds, prior and bounds are drawn again."""
    while True:
        bounds = {"lam": (0, 1), "alpha": (0, 1), "b": (0, 8)}
        bounds |= {f"{name}_{t}": ends for name, ends in (("V", (-2, 12)), ("rho", (-5, 2)), ("o", (-2, 4))) for t in "SP"}
        v = {name: Fraction(int(random_.integers(low * 1000, high * 1000, endpoint=True)), 1000) for name, (low, high) in bounds.items()}
        if 0 < v["lam"] < 1 and v["alpha"] < 1 and v["b"]:
            s, p = thresholds(v)
            if len({s, p, v["lam"], Fraction(0), Fraction(1)}) == 5:
                return v


# -- the calibrations and the closed forms of layer 3 ------------------------------------------------------------------

CALIBRATIONS = {
    "3-I": {"pooling on X": SURVIVES, "pooling on N": "D1"},
    "3-II": {"P mixes": SURVIVES, "pooling on N": "D1"},
    "3-III": {"only S sends X": SURVIVES, "pooling on N": "intuitive criterion"},
    "3-IV": {"pooling on X": SURVIVES, "S mixes": SURVIVES, "pooling on N": SURVIVES},
    "3-V": {"pooling on N": SURVIVES},
    "3-VI": {"only P sends X": SURVIVES},
    "3-VII": {"pooling on X": SURVIVES},
    "3-VIII": {"pooling on N": SURVIVES},
}


@pytest.mark.parametrize("variant", CALIBRATIONS)
def test_each_calibration_has_the_equilibria_and_verdicts_of_the_theory(variant):
    audience = scenario("audience")
    solution = sequential.solve(audience.game(variant))
    listed = found(solution)
    assert set(listed) == set(CALIBRATIONS[variant])
    assert_table(audience.values(variant), solution)
    for name, said in CALIBRATIONS[variant].items():
        verdicts = listed[name][3]
        if isinstance(said, dict):
            assert verdicts == said
        else:  # the weakest criterion that rejects it; what the intuitive criterion rejects, D1 rejects as well
            rejected = {criterion for criterion, verdict in verdicts.items() if verdict != "survives"}
            assert rejected == {"D1"} | {said}
            assert all("ultimatum cannot come from seeker, and sincere then gains" in verdicts[criterion] for criterion in rejected)


@pytest.mark.parametrize(
    ("variant", "name", "sincere", "seeker", "posterior"),
    [
        ("3-II", "P mixes", 1, Fraction(57, 119), Fraction(17, 36)),
        ("3-IV", "S mixes", Fraction(15, 28), 1, Fraction(5, 9)),
        ("3-VI", "only P sends X", 0, 1, 0),
    ],
)
def test_mixing_probabilities_and_posteriors_are_exact(variant, name, sincere, seeker, posterior):
    """Theory 3.3 prints 0.478992, 0.472222, 0.535714 and 0.555556."""
    listed = found(sequential.solve(scenario("audience").game(variant)))[name]
    assert listed[:2] == (sincere, seeker)
    assert listed[2].probabilities[0] == posterior


def test_the_stored_digits_of_the_theory_are_met():
    if not THEORY.exists():
        pytest.skip("the numbers of the theory are not beside the project")
    stored = json.loads(THEORY.read_text(encoding="utf-8"))["m3"]
    audience = scenario("audience")
    names = {"al": "alpha"}
    kinds = {"separating: sincere sends X": "only S sends X", "separating: pretext seeker sends X": "only P sends X"}
    kinds |= {"semi-separating: seeker mixes": "P mixes", "semi-separating: sincere mixes": "S mixes"}
    checked = 0
    for case in stored.values():
        if not isinstance(case, dict) or "pbe" not in case:
            continue
        settings = {names.get(name, name): value for name, value in case["params"].items()}
        listed = found(sequential.solve(audience.game(**settings)))
        assert set(listed) == {kinds.get(row[0], row[0]) for row in case["pbe"]}
        for name, sincere, seeker, after in case["pbe"]:
            got = listed[kinds.get(name, name)]
            assert [float(x) for x in got[:2]] == pytest.approx([sincere, seeker], abs=1e-12)
            if isinstance(after, str):
                assert ("survives IC: True" in after) == (got[3]["intuitive criterion"] == "survives")
                assert ("survives D1: True" in after) == (got[3]["D1"] == "survives")
            else:
                assert float(got[2].probabilities[0]) == pytest.approx(after, abs=1e-12)
        checked += 1
    assert checked == 8


def test_the_closed_forms_hold_at_random_exact_parameters():
    """Theory 3.2, all six rows with their numbers, ranges and verdicts; 4,000 draws were run by hand without a disagreement."""
    random_ = np.random.default_rng(3)
    audience = scenario("audience")
    for _ in range(300):
        v = drawn(random_)
        assert_table(v, sequential.solve(audience.game(**v)))


def test_a_demand_certain_to_be_refused_cannot_screen():
    """Proposition 3 at ``o_S = 1.6``: below ``alpha_c = 0.2`` the seeker is the keener type, above it the sincere one."""
    audience = scenario("audience")
    v = audience.values(o_S="1.6")
    wedge = v["rho_S"] - v["rho_P"]
    critical = (v["o_S"] - v["o_P"] - wedge) / (v["V_S"] - v["V_P"] - wedge)
    assert critical == exact("0.2")
    for alpha, keener in (("0.15", "P"), ("0.199", "P"), ("0.201", "S"), ("0.25", "S")):
        settings = v | {"alpha": exact(alpha), "lam": exact("0.3")}
        s, p = thresholds(settings)
        assert (s < p) == (keener == "S")
        listed = found(sequential.solve(audience.game(**settings)))
        # In the natural order D1 leaves one outcome; in the wrong one "nobody sends X" survives it.
        assert (listed["pooling on N"][3]["D1"] == "survives") == (keener == "P")
        assert_table(settings, sequential.solve(audience.game(**settings)))


def test_in_the_mixing_regime_the_posterior_does_not_move_with_the_prior():
    """Consequence (ii) of theory 3.2: a more suspicious world meets fewer ultimatums, not less credible ones."""
    audience = scenario("audience")
    sent = []
    for lam in ("0.05", "0.1", "0.2", "0.3", "0.4", "0.47"):
        sincere, seeker, after, _ = found(sequential.solve(audience.game(lam=lam)))["P mixes"]
        assert (sincere, after.probabilities[0]) == (1, Fraction(17, 36))
        sent.append(seeker)
    assert sent == sorted(sent)
    assert sent[0] < sent[-1]


def test_acting_unmasks_the_seeker_if_the_sincere_rarely_act():
    """Proposition 4: ``lam = 0.5``, refused types act with 0.25 and 1, both send X: the posterior after an act is 0.2."""
    act = end((-1, 3), (-2, 2))
    stand = end(0, 0)

    def game(sincere):
        acts = exact(sincere)
        refused = chance(act=((acts, 1), act), stand=((1 - acts, 0), stand))
        return watched_tree("1/2", turn(N=end(-5, -5), X=chance(granted=("1/10", end(5, 1)), refused=("9/10", refused))))

    for sincere, posterior in (("1/4", "1/5"), ("0", "0"), ("1", "1/2")):
        (equilibrium,) = sequential.solve(game(sincere)).equilibria
        assert equilibrium.profile == ((0, 1), (0, 1))
        after = {posterior.observation: posterior for posterior in equilibrium.posteriors}
        assert after["X > refused > act"].probabilities[0] == exact(posterior)
        assert after["X > granted"].probabilities[0] == exact("1/2")


def test_beliefs_that_also_move_the_target():
    """Theory 3.4: beta = 0.486525742, alpha = 0.097305148, Pr(P sends X) = 0.452309873; S strictly prefers X (1.340568)."""
    solution = sequential.solve(scenario("audience_target").game())
    assert solution.complete
    mixing, nobody = solution.equilibria
    after = mixing.posteriors[1]
    assert after.observation == X
    assert after.probabilities[0] == pytest.approx(0.4865257417589505, abs=1e-15)
    assert mixing.profile[1][1] == pytest.approx(0.45230987284132285, abs=1e-15)
    worth = {i.place: i.value for i in mixing.certificate.incentives if i.alternative == X}
    assert float(worth["sincere: start"]) == pytest.approx(1.340568019231265, abs=1e-12)
    assert mixing.regret < 1e-15
    # The root is a root of a quadratic with a discriminant that is no square: a float, not a rational.
    assert isinstance(after.probabilities[0], float)
    assert nobody.verdicts["D1"] != "survives"


def test_the_finite_version_mixes_with_the_same_probability_of_success():
    """Theory 3.3 as a game in which the world condones or condemns: 2/7 and 17/36, and the three extreme equilibria."""
    finite = scenario("audience_finite")
    solution = nash.solve(finite.game("low prior"))
    assert solution.complete
    places = [place.name for place in finite.game().information_sets]
    played = [dict(zip(places, equilibrium.profile, strict=True)) for equilibrium in solution.equilibria]
    condoned = {rows["ultimatum > refused"][0]: (rows["sincere: start"], rows["seeker: start"]) for rows in played}
    nobody = (1, 0), (1, 0)
    mixing = (0, 1), (Fraction(5, 7), Fraction(2, 7))
    assert condoned == {0: nobody, Fraction(1, 4): nobody, Fraction(17, 36): mixing}
    # The probability of being condoned is the belief at which the seeker is indifferent in the other version.
    believed = found(sequential.solve(scenario("audience").game("3-II")))["P mixes"][2].probabilities[0]
    assert believed in condoned


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", CALIBRATIONS)
def test_certificates_recompute_every_inequality_at_the_equilibriums_own_posteriors(variant):
    game = scenario("audience").game(variant)
    for equilibrium in sequential.solve(game).equilibria:
        rows = [posterior.probabilities for posterior in equilibrium.posteriors]
        for stated, implied in zip(equilibrium.posteriors, bayes_posteriors(game, equilibrium.profile), strict=True):
            assert (implied is not None) == stated.reached
            assert implied in (None, stated.probabilities)
        certificate = certify_watched(game, equilibrium.profile, equilibrium.beliefs, rows)
        assert certificate == equilibrium.certificate
        assert {(i.place, i.alternative) for i in certificate.incentives} == {
            (place.name, action) for place in game.information_sets for action in place.actions
        }


def test_a_changed_digit_is_caught():
    """In 3-II a mixing probability, a posterior on the path or one off the path beyond its range each break the certificate."""
    game = scenario("audience").game("3-II")
    mixing, nobody = sequential.solve(game).equilibria
    rows = [posterior.probabilities for posterior in mixing.posteriors]
    digit = Fraction(1, 10**6)
    for place in (0, 1):
        shifted = tuple((p + d, q - d) for (p, q), d in zip(mixing.profile, (digit * (place == 0), digit * (place == 1)), strict=True))
        assert not certify_watched(game, shifted, mixing.beliefs, rows).holds
    for changed in range(len(rows)):
        moved = [(p - digit, q + digit) if place == changed and p else (p, q) for place, (p, q) in enumerate(rows)]
        assert certify_watched(game, mixing.profile, mixing.beliefs, moved).holds == (moved == rows)
    edge = Fraction(1, 4)
    for belief, holds in ((edge, True), (edge + digit, False)):
        off = [(Fraction(3, 10), Fraction(7, 10)), (belief, 1 - belief), (belief, 1 - belief)]
        certificate = certify_watched(game, nobody.profile, nobody.beliefs, off)
        assert certificate.holds == holds
        assert (certificate.regret > 0) == (not holds)


# -- other concepts, and games that are not of this kind ---------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in concepts() if name != "sequential"])
def test_no_other_concept_takes_a_game_with_an_audience(name):
    """Payoffs that are not numbers yet refuse to be read, so no solver can ignore the audience."""
    with pytest.raises(NotApplicableError):
        concept(name).solve(scenario("audience").game())


def test_the_refusal_says_what_to_do():
    with pytest.raises(NotApplicableError, match="solve it with the concept 'sequential', or write the audience as a player"):
        nash.solve(scenario("audience").game())


def test_a_settled_game_is_an_ordinary_one():
    """At the equilibrium's posteriors the equilibrium is one of the ordinary game, for a certificate that knows no audience."""
    game = scenario("audience").game("3-IV")
    for equilibrium in sequential.solve(game).equilibria:
        ordinary = settled(game, [posterior.probabilities for posterior in equilibrium.posteriors])
        assert ordinary.audience is None
        assert certify_sequential(ordinary, equilibrium.profile, equilibrium.beliefs).regret == 0


def test_what_is_not_solved_is_refused_with_the_reason():
    game = scenario("audience").game()
    three = replace(game.audience, types=("sincere", "seeker", "third"))
    with pytest.raises(NotApplicableError, match="two types; challenger has 3"):
        sequential.solve(replace(game, audience=three))
    tree = turn(N=end(0, 0), X=turn(loud=end((0, 1), (0, 1)), quiet=end((0, 2), 1)))
    with pytest.raises(NotApplicableError, match="hidden moves tell nothing about the type"):
        sequential.solve(watched_tree("1/2", tree, hidden=("loud", "quiet")))


def test_hidden_moves_that_tell_nothing_of_the_type_are_no_obstacle():
    """Whether the demand was granted or refused does not depend on the type, so an audience that is not told infers the same."""

    def game(hidden):
        offer = chance(granted=("1/10", end(5, 1)), refused=("9/10", end((-1, 3), (-2, 2))))
        return watched_tree("3/10", turn(N=end("1/2", 0), X=offer), hidden=hidden)

    seen, unseen = (sequential.solve(game(hidden)) for hidden in ((), ("granted", "refused")))
    assert [e.profile for e in seen.equilibria] == [e.profile for e in unseen.equilibria]
    assert [p.observation for p in unseen.equilibria[0].posteriors] == ["N", "X"]


def test_the_time_limit_is_kept():
    with pytest.raises(SolverError, match="the time limit was reached after 0 patterns"):
        sequential.solve(scenario("audience").game(), budget=Budget.of_seconds(0))


# -- trees with several moves and movers -------------------------------------------------------------------------------


def generator(shape, seed):
    return np.random.default_rng([zlib.crc32(shape.encode()), seed])


def number(random_):
    return Fraction(int(random_.integers(-60, 61)), 7)


def random_tree(random_, shape, *, with_beliefs):
    """A game with two types of challenger, in which both may move once or twice and chance may treat the types differently."""

    def payoff():
        return (number(random_), number(random_)) if random_.random() < with_beliefs else number(random_)

    def leaf():
        return end(payoff(), payoff(), (payoff(), payoff()))

    there, away = (Fraction(int(random_.integers(1, 10)), 10) for _ in range(2))
    shapes = {
        "messages": lambda: turn(a=reply(x=leaf(), y=leaf()), b=reply(x=leaf(), y=leaf())),
        "three messages": lambda: turn(a=reply(x=leaf(), y=leaf()), b=leaf(), c=leaf()),
        "crisis": lambda: turn(n=leaf(), u=reply(accept=leaf(), refuse=turn(act=leaf(), stand=leaf()))),
        "two moves": lambda: turn(n=leaf(), u=turn(m=reply(x=leaf(), y=leaf()), k=leaf())),
        "telling chance": lambda: turn(
            n=leaf(), u=chance(g=((there, away), reply(x=leaf(), y=leaf())), h=((1 - there, 1 - away), turn(s=leaf(), t=leaf())))
        ),
        "target first": lambda: reply(z=leaf(), w=turn(a=reply(x=leaf(), y=leaf()), b=leaf())),
    }
    return watched_tree(Fraction(int(random_.integers(1, 10)), 10), shapes[shape]())


SHAPES = "messages", "three messages", "crisis", "two moves", "telling chance", "target first"


def courses(solution):
    """The distinct ways in which play can go in equilibrium, with what everybody gets."""
    return {
        (tuple(sorted((path.outcome, path.probability) for path in equilibrium.paths)), equilibrium.payoffs)
        for equilibrium in solution.equilibria
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_where_the_belief_does_not_matter_it_is_sequential_equilibrium(shape):
    """Another algorithm (cones of move weights) finds the same outcomes, ties included; 480 games were compared by hand."""
    for seed in range(4):
        game = random_tree(generator(shape, seed), shape, with_beliefs=0)
        watched, ordinary = sequential.solve(game), sequential.solve(without_audience(game))
        assert watched.complete
        assert ordinary.complete
        assert courses(watched) == courses(ordinary)


@pytest.mark.parametrize("shape", SHAPES)
def test_with_beliefs_in_payoffs_there_is_always_a_certified_equilibrium(shape):
    """Existence for continuous payoffs (Geanakoplos, Pearce and Stacchetti 1989); 180 games were solved by hand."""
    for seed in range(3):
        solution = sequential.solve(random_tree(generator(shape, 100 + seed), shape, with_beliefs=0.6))
        for equilibrium in solution.equilibria:
            assert equilibrium.certificate.holds
            is_exact = all(isinstance(p, Fraction) for row in equilibrium.profile for p in row)
            assert equilibrium.regret == 0 if is_exact else equilibrium.regret < 1e-12


class Messages:
    """A game of messages solved in the plainest way; ``worth[message][type]`` is the payoff at the beliefs 0 and 1."""

    def __init__(self, prior, worth):
        self.prior, self.worth = prior, worth

    def at(self, message, kind, belief):
        low, high = self.worth[message][kind]
        return low + (high - low) * belief

    def can_be_deterred(self, message, values):
        """Whether some belief makes the message no better than these payoffs, for either type."""
        least, most = Fraction(0), Fraction(1)
        for (low, high), value in zip(self.worth[message], values, strict=True):
            edge = (value - low) / (high - low) if high != low else None
            if edge is None:
                most = most if low <= value else Fraction(-1)
            else:
                least, most = (least, min(most, edge)) if high > low else (max(least, edge), most)
        return least <= most

    def is_equilibrium(self, sent):
        """Whether payoffs are the same wherever a type is found, and no other message is better for him."""
        values = [{self.at(message, kind, belief) for message, (belief, types) in sent.items() if kind in types} for kind in (0, 1)]
        if any(len(row) != 1 for row in values):
            return False
        payoffs = [row.pop() for row in values]
        stays = all(self.at(message, kind, belief) <= payoffs[kind] for message, (belief, _) in sent.items() for kind in (0, 1))
        return stays and all(self.can_be_deterred(message, payoffs) for message in range(len(self.worth)) if message not in sent)

    def root(self, one, other, kind, belief):
        """The belief after one message at which a type is indifferent to the other at a given belief."""
        low, high = self.worth[one][kind]
        return (self.at(other, kind, belief) - low) / (high - low) if high != low else Fraction(-1)

    def crossing(self, one, other):
        """The two beliefs at which both types are indifferent."""
        (a, b), (c, d) = ([self.worth[m][k][1] - self.worth[m][k][0] for m in (one, other)] for k in (0, 1))
        e, f = (self.worth[other][k][0] - self.worth[one][k][0] for k in (0, 1))
        det = -a * d + b * c
        return ((-e * d + b * f) / det, (a * f - c * e) / det) if det else (Fraction(-1), Fraction(-1))

    def candidates(self):
        """What can be sent by whom, with the beliefs after it."""
        for one in range(len(self.worth)):
            yield {one: (self.prior, {0, 1})}
            for other in set(range(len(self.worth))) - {one}:
                yield {one: (Fraction(1), {0}), other: (Fraction(0), {1})}
                up, down = self.root(one, other, 1, Fraction(0)), self.root(one, other, 0, Fraction(1))
                if self.prior < up < 1:
                    yield {one: (up, {0, 1}), other: (Fraction(0), {1})}
                if 0 < down < self.prior:
                    yield {one: (down, {0, 1}), other: (Fraction(1), {0})}
                high, low = self.crossing(one, other)
                if 0 < low < self.prior < high < 1:
                    yield {one: (high, {0, 1}), other: (low, {0, 1})}

    def equilibria(self):
        """The messages sent in each equilibrium, with the posteriors after them."""
        return {frozenset((m, belief) for m, (belief, _) in sent.items()) for sent in self.candidates() if self.is_equilibrium(sent)}


@pytest.mark.parametrize("seed", range(12))
def test_games_of_three_messages_have_exactly_the_plain_equilibria(seed):
    """Each message has its own worth to each type, affine in the belief; 1,000 games were compared by hand."""
    random_ = np.random.default_rng([7, seed])
    prior = Fraction(int(random_.integers(1, 20)), 20)
    worth = [[(number(random_), number(random_)) for _ in "SP"] for _ in "abc"]
    solution = sequential.solve(watched_tree(prior, turn(**{name: end(*row) for name, row in zip("abc", worth, strict=True)})))
    assert solution.complete
    found = set()
    for equilibrium in solution.equilibria:
        sent = [place for place, _ in enumerate("abc") if any(row[place] for row in equilibrium.profile)]
        found.add(frozenset((place, equilibrium.posteriors[place].probabilities[0]) for place in sent))
    assert found == Messages(prior, worth).equilibria()


def test_two_messages_that_both_carry_beliefs():
    """Both types mix where 4 b = 1 + 4 c and 2 b = 3/4 + c, at the posteriors b = 1/2 and c = 1/4; Bayes' rule gives with what."""
    solution = sequential.solve(watched_tree("1/3", turn(a=end((0, 4), (0, 2)), z=end((1, 5), ("3/4", "7/4")))))
    assert solution.complete
    (both,) = [equilibrium for equilibrium in solution.equilibria if all(0 < p < 1 for row in equilibrium.profile for p in row)]
    assert [posterior.probabilities[0] for posterior in both.posteriors] == [Fraction(1, 2), Fraction(1, 4)]
    # A third of all challengers send a: the average of the posteriors is the prior.
    assert both.profile == ((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 4), Fraction(3, 4)))


def test_ties_come_out_as_components_with_their_ends():
    """The seeker gets 0 whatever he does; the sincere gets 1, or twice the belief by X.

    So a sincere who sends X bears a seeker who does it up to half of the time; where he does not, the seeker may do
    anything; and between, at the belief 1/2, both may mix in proportion. Three segments that hang together.
    """
    solution = sequential.solve(watched_tree("1/3", turn(N=end(1, 0), X=end((0, 2), 0))))
    assert solution.complete
    half, never, always = Fraction(1, 2), (1, 0), (0, 1)
    profiles = [equilibrium.profile for equilibrium in solution.equilibria]
    (component,) = solution.components
    segments = {frozenset(profiles[place] for place in piece) for piece in component.pieces}
    assert segments == {
        frozenset({(always, never), (always, (half, half))}),
        frozenset({(always, (half, half)), (never, never)}),
        frozenset({(never, never), (never, always)}),
    }
    assert component.payoffs == ((Fraction(1, 3), Fraction(2, 3)), (0, 0))


def test_a_certain_audience_still_has_to_make_sense_of_surprises():
    """With ``lam = 1`` the seeker is impossible; what he would do is still a best reply, and beliefs off the path are ranges."""
    game = scenario("audience").game(lam=1)
    sends, holds = sequential.solve(game).equilibria
    assert [sends.profile[0], holds.profile[0]] == [(0, 1), (1, 0)]
    assert holds.posteriors[1].ranges == ((0, Fraction(1, 4)),)


# -- payoffs that are not affine in the belief -------------------------------------------------------------------------


def curved(text, **settings):
    """The audience game with another formula for how much blame the belief takes away."""
    base = (Path(__file__).resolve().parents[2] / "scenarios" / "audience.yaml").read_text(encoding="utf-8")
    return sequential.solve(loads(base.replace("b * belief(sincere)", text)).game(**settings))


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        # The seeker's threshold is where the worth of the belief is 4 * 17/36 = 17/9.
        ("b * belief(sincere) ** 2", (17 / 36) ** 0.5),
        ("b * sqrt(belief(sincere))", (17 / 36) ** 2),
        ("b * (exp(belief(sincere)) - 1) / 2", log(1 + 17 / 18)),
        ("b * belief(sincere) * (2 - belief(sincere))", 1 - (19 / 36) ** 0.5),
    ],
)
def test_monotone_payoffs_have_the_thresholds_of_their_inverse(text, threshold):
    solution = curved(text, lam="0.2")
    assert solution.complete
    mixing = next(equilibrium for equilibrium in solution.equilibria if 0 < equilibrium.profile[1][1] < 1)
    assert float(mixing.posteriors[1].probabilities[0]) == pytest.approx(threshold, abs=1e-14)
    assert float(mixing.profile[1][1]) == pytest.approx(0.2 / 0.8 * (1 - threshold) / threshold, abs=1e-13)
    assert mixing.regret < 1e-14


def test_a_rational_root_of_a_curved_payoff_is_exact():
    """Blame falls with the square of the belief; at ``rho_P = -2 + 17/9 - 1`` the seeker's threshold is 1/2."""
    solution = curved("b * belief(sincere) ** 2", lam="0.2", rho_P=Fraction(-10, 9))
    mixing = next(equilibrium for equilibrium in solution.equilibria if 0 < equilibrium.profile[1][1] < 1)
    assert mixing.posteriors[1].probabilities == (Fraction(1, 2), Fraction(1, 2))
    assert mixing.profile[1] == (Fraction(3, 4), Fraction(1, 4))


def test_beliefs_off_the_path_may_lie_in_several_ranges():
    """An audience that admires ambiguity, 4 b (1 - b): neither clear type is excused, so both ends keep S from asking."""
    solution = curved("b * 4 * belief(sincere) * (1 - belief(sincere))")
    assert solution.complete
    nobody = next(equilibrium for equilibrium in solution.equilibria if equilibrium.profile == ((1, 0), (1, 0)))
    (_, low), (high, _) = nobody.posteriors[1].ranges
    assert low == pytest.approx((1 - 0.75**0.5) / 2, abs=1e-15)
    assert high == pytest.approx((1 + 0.75**0.5) / 2, abs=1e-15)


def test_payoffs_that_jump_are_not_called_complete():
    """An audience that excuses all or nothing at 0.4: no belief makes the seeker indifferent, and bounds cannot exclude one."""
    solution = curved("(b if belief(sincere) > 0.4 else 0)")
    assert not solution.complete
    assert "jump" in solution.notes[0]
    nobody = next(equilibrium for equilibrium in solution.equilibria if equilibrium.profile == ((1, 0), (1, 0)))
    ((low, high),) = nobody.posteriors[1].ranges
    assert low == 0
    assert high == pytest.approx(0.4, abs=1e-12)
    assert high <= 0.4
