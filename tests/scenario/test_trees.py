"""From a file to a game: trees against trees written by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_trees import chance, end, move, written_out

from negotiation.errors import ScenarioError
from negotiation.games.extensive_form import Chance
from negotiation.scenario.scenario import loads

HEAD = """\
negotiation: 1
title: A test
players: {a: Anna, b: Bert}
parameters:
  p: {value: 0.25, range: [0, 1], about: a probability}
  x: {value: 3, range: [-10, 10], about: a payoff}
"""


def tree(text, **settings):
    return written_out(loads(HEAD + text).game(**settings))


OUTCOMES = "outcomes: {one: {a: x, b: -x}, two: {a: p, b: 2 * p}, three: {a: 0, b: 1/3}}\n"
ONE, TWO, THREE = end("one", 3, -3), end("two", "1/4", "1/2"), end("three", 0, "1/3")


def test_decisions_and_chance_moves():
    text = """\
game:
  player: a
  actions:
    wait: one
    ask:
      chance:
        heard: {probability: p, then: {player: b, actions: {yes: two, no: three}}}
        lost: {probability: 1 - p, then: three}
"""
    heard = move("b", "ask > heard", {"yes": TWO, "no": THREE})
    expected = move("a", "start", {"wait": ONE, "ask": chance({"heard": ("1/4", heard), "lost": ("3/4", THREE)})})
    assert tree(text + OUTCOMES) == expected


def test_settings_change_numbers_only():
    scenario = loads(HEAD + "game: {player: a, actions: {go: one, stop: two}}\noutcomes: {one: {a: x, b: -x}, two: {a: p, b: 0}}\n")
    assert written_out(scenario.game(x="-2/3", p=0.1)) == move(
        "a", "start", {"go": end("one", "-2/3", "2/3"), "stop": end("two", "0.1", 0)}
    )
    assert written_out(scenario.game()) == move("a", "start", {"go": end("one", 3, -3), "stop": end("two", "0.25", 0)})


def test_a_stage_serves_several_places_with_several_values():
    text = """\
game:
  player: a
  actions:
    little: {with: {size: p, weight: 2}, then: reply}
    much: {with: {size: 1 - p, weight: size_of_much}, then: reply}
    none: three
stages:
  reply: {player: b, actions: {yes: deal, no: {with: {size: size / 2}, then: deal}}}
outcomes:
  deal: {a: size * weight * x, b: -size}
  three: {a: 0, b: 1/3}
definitions: {size_of_much: 10 * p}
"""
    little = move("b", "little", {"yes": end("deal", "3/2", "-1/4"), "no": end("deal", "3/4", "-1/8")})
    much = move("b", "much", {"yes": end("deal", "45/8", "-3/4"), "no": end("deal", "45/16", "-3/8")})
    assert tree(text) == move("a", "start", {"little": little, "much": much, "none": THREE})


def test_variables_of_one_with_are_set_together():
    """Each value is computed from what held before: ``with: {s: t, t: s}`` exchanges the two."""
    text = """\
game:
  player: a
  actions:
    go: {with: {s: 1, t: 2}, then: {with: {s: t, t: s}, then: out}}
outcomes: {out: {a: s, b: t}}
"""
    assert tree(text) == move("a", "start", {"go": end("out", 2, 1)})


def test_families_by_grid_and_by_list():
    text = """\
game:
  player: a
  actions:
    ask: {each: {s: {from: 0, to: 1, points: 3}}, then: out}
    bid: {each: {s: {values: [2, 1/6, 0.05]}}, then: out}
outcomes: {out: {a: s, b: x * s}}
"""
    expected = {f"ask[s={s}]": end("out", s, 3 * s) for s in (0, 0.5, 1)}
    expected |= {f"bid[s={s}]": end("out", s, 3 * Fraction(s)) for s in ("2", "1/6", "0.05")}
    assert tree(text) == move("a", "start", expected)


def test_families_of_two_variables_inside_stages():
    text = """\
game: {player: a, actions: {first: next, second: {with: {k: 10}, then: other}}}
stages:
  next: {player: b, actions: {bid: {each: {s: {values: [1, 2]}, t: {from: 0, to: 1, points: 2}}, then: {with: {k: s + t}, then: other}}}}
  other: {player: a, actions: {ok: out}}
outcomes: {out: {a: k, b: 0}}
"""
    bids = {
        f"bid[s={s},t={t}]": move("a", f"first > bid[s={s},t={t}]", {"ok": end("out", s + t, 0)})
        for s, t in ((1, 0), (1, 1), (2, 0), (2, 1))
    }
    expected = move("a", "start", {"first": move("b", "first", bids), "second": move("a", "second", {"ok": end("out", 10, 0)})})
    assert tree(text) == expected


def test_hidden_moves_make_simultaneous_ones():
    text = """\
game:
  player: a
  hidden_from: [b]
  actions:
    left: {player: b, actions: {up: one, down: two}}
    right: {player: b, actions: {up: two, down: three}}
"""
    expected = move(
        "a",
        "start",
        {"left": move("b", "start", {"up": ONE, "down": TWO}), "right": move("b", "start", {"up": TWO, "down": THREE})},
    )
    game = loads(HEAD + text + OUTCOMES).game()
    assert written_out(game) == expected
    assert [len(nodes) for nodes in game.members] == [1, 2]


def test_nodes_of_a_set_may_list_their_actions_in_another_order():
    text = """\
game:
  player: a
  hidden_from: [b]
  actions:
    left: {player: b, actions: {up: one, down: two}}
    right: {player: b, actions: {down: three, up: two}}
"""
    game = loads(HEAD + text + OUTCOMES).game()
    assert game.information_sets[1].actions == ("up", "down")
    assert written_out(game)[2]["right"] == move("b", "start", {"up": TWO, "down": THREE})


def test_a_player_knows_what_he_did_and_saw():
    """a does not see b's move, but knows his own first one; b sees everything."""
    text = """\
game: {player: a, actions: {left: middle, right: middle}}
stages:
  middle: {player: b, hidden_from: [a], actions: {up: last, down: last}}
  last: {player: a, actions: {go: one, stop: two, wait: three}}
"""
    game = loads(HEAD + text + OUTCOMES).game()
    names = {(game.players[place.player], place.name): len(nodes) for place, nodes in zip(game.information_sets, game.members, strict=True)}
    assert names == {("a", "start"): 1, ("b", "left"): 1, ("b", "right"): 1, ("a", "left"): 2, ("a", "right"): 2}


def test_three_players_and_a_hidden_chance_move():
    """Only c has seen what chance did when a and b move at the same time."""
    text = """\
negotiation: 1
title: Three
players: {a: A, b: B, c: C}
game:
  hidden_from: [a, b]
  chance: {rain: {probability: 1/3, then: first}, sun: {probability: 2/3, then: first}}
stages:
  first: {player: a, hidden_from: [b], actions: {in: second, out: second}}
  second: {player: b, actions: {in: third, out: third}}
  third: {player: c, actions: {ok: done}}
outcomes: {done: {a: 1, b: 2, c: 3}}
"""
    game = loads(text).game()
    sizes = {(game.players[place.player], place.name): len(nodes) for place, nodes in zip(game.information_sets, game.members, strict=True)}
    assert sizes[("a", "start")] == 2
    assert sizes[("b", "start")] == 4
    assert {name: size for (player, name), size in sizes.items() if player == "c"} == {
        f"{sky} > {first} > {second}": 1 for sky in ("rain", "sun") for first in ("in", "out") for second in ("in", "out")
    }


TYPED = """\
negotiation: 1
title: Types
players:
  a: {label: Anna, types: {tough: p, weak: 1 - p}}
  b: {label: Bert, types: {rich: 1/3, poor: 2/3}}
parameters:
  p: {value: 0.25, range: [0, 1], about: how likely a is tough}
game:
  player: a
  actions:
    wait: peace
    ask: {player: b, actions: {yes: deal, no: peace}}
outcomes:
  peace: {a: 0, b: {rich: 1, poor: p}}
  deal: {a: {tough: 5, weak: 2}, b: {rich: -1, poor: -4}}
"""


def test_types_are_drawn_first_and_known_to_their_player_alone():
    """Harsanyi (1967): chance draws the types, and each player knows his own."""

    def branch(first, second):
        peace, deal = {"rich": 1, "poor": "1/4"}, {"rich": -1, "poor": -4}
        gain = {"tough": 5, "weak": 2}[first]
        reply = move("b", f"{second}: ask", {"yes": end("deal", gain, deal[second]), "no": end("peace", 0, peace[second])})
        return move("a", f"{first}: start", {"wait": end("peace", 0, peace[second]), "ask": reply})

    expected = chance(
        {
            first: (p, chance({second: (q, branch(first, second)) for second, q in (("rich", "1/3"), ("poor", "2/3"))}))
            for first, p in (("tough", "1/4"), ("weak", "3/4"))
        }
    )
    scenario = loads(TYPED)
    game = scenario.game()
    assert written_out(game) == expected
    assert [len(nodes) for nodes in game.members] == [2, 2, 2, 2]
    assert {place.type for place in game.information_sets} == {"tough", "weak", "rich", "poor"}
    assert scenario.types == {"a": ("tough", "weak"), "b": ("rich", "poor")}


def test_paths_leave_out_how_types_were_drawn():
    game = loads(TYPED).game()
    assert game.type_moves == {number for number, node in enumerate(game.nodes) if isinstance(node, Chance)}
    assert {game.path_to(number) for number in game.ends} == {("wait",), ("ask", "yes"), ("ask", "no")}


def test_probabilities_with_functions_are_scaled_to_sum_to_one_exactly():
    """The two logistic probabilities are rounded separately and miss one by less than a last place."""
    text = """\
game:
  chance:
    up: {probability: 1 / (1 + exp(x / 7)), then: one}
    down: {probability: 1 / (1 + exp(-x / 7)), then: two}
    never: {probability: 0, then: three}
"""
    scenario = loads(HEAD + text + OUTCOMES)
    for x in range(-10, 11):
        (node, *_) = scenario.game(x=x).nodes
        assert sum(node.probabilities) == 1
        assert float(node.probabilities[0]) == pytest.approx(1 / (1 + 2.718281828459045 ** (x / 7)), rel=1e-14)


def test_probabilities_that_miss_one_by_more_than_rounding_are_refused():
    text = "game:\n  chance:\n    up: {probability: exp(-1), then: one}\n    down: {probability: 0.6321, then: two}\n"
    with pytest.raises(ScenarioError, match=r"the probabilities must sum to 1, got 0\.367879 \+ 0\.6321 = 0\.999979441171\n"):
        loads(HEAD + text + OUTCOMES.replace(", three: {a: 0, b: 1/3}", ""))


def test_what_is_fine_in_the_file_may_fail_at_other_values():
    game = "game: {chance: {up: {probability: p, then: one}, down: {probability: 1 - p, then: one}}}\n"
    scenario = loads(f"{HEAD}{game}outcomes: {{one: {{a: 1 / (x - 2), b: 0}}}}\nvariants: {{other: {{x: 1}}}}\n")
    assert written_out(scenario.game("other"))["up"] == (Fraction(1, 4), end("one", -1, 0))
    with pytest.raises(ScenarioError) as caught:
        scenario.game(x=2)
    assert str(caught.value).splitlines()[0] == (
        "<text>:8:21: the payoff of 'a' at outcome 'one' cannot be computed: division by zero at x = 2"
    )


def test_stages_that_branch_are_written_out_as_often_as_play_comes_to_them():
    levels = 7
    stages = "".join(f"  s{n}: {{player: {'ab'[n % 2]}, actions: {{l: s{n + 1}, r: s{n + 1}}}}}\n" for n in range(levels))
    text = f"game: {{player: a, actions: {{go: s0}}}}\nstages:\n{stages}  s{levels}: {{player: a, actions: {{stop: one}}}}\n"
    game = loads(HEAD + text + "outcomes: {one: {a: x, b: 0}}\n").game()
    assert len(game.ends) == 2**levels
    assert len(game.nodes) == 1 + (2 ** (levels + 1) - 1) + 2**levels
    assert all(len(nodes) == 1 for nodes in game.members)


@st.composite
def random_trees(draw, depth=3, seen=()):
    """A random tree of perfect information: its text in flow style and the tree written out."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        payoffs = tuple(draw(st.fractions(-5, 5, max_denominator=9)) for _ in "ab")
        name = f"end {' '.join(seen) or 'here'}"
        return name, {name: payoffs}, (name, payoffs)
    names = [f"m{number}" for number in range(draw(st.integers(1, 3)))]
    below = [draw(random_trees(depth - 1, (*seen, name))) for name in names]
    outcomes = {outcome: payoffs for _, found, _ in below for outcome, payoffs in found.items()}
    if draw(st.booleans()):
        player = draw(st.sampled_from("ab"))
        text = f"{{player: {player}, actions: {{{', '.join(f'{name}: {part}' for name, (part, _, _) in zip(names, below, strict=True))}}}}}"
        return text, outcomes, move(player, " > ".join(seen) or "start", dict(zip(names, (tree for _, _, tree in below), strict=True)))
    weights = [draw(st.integers(1, 5)) for _ in names]
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    branches = [f"{name}: {{probability: {share}, then: {part}}}" for name, share, (part, _, _) in zip(names, shares, below, strict=True)]
    expected = {name: (share, part) for name, share, (_, _, part) in zip(names, shares, below, strict=True)}
    return f"{{chance: {{{', '.join(branches)}}}}}", outcomes, expected


@given(random_trees(depth=4))
@settings(max_examples=50, deadline=None)
def test_random_trees(drawn):
    text, outcomes, expected = drawn
    if text.startswith("end"):
        text, expected = f"{{player: a, actions: {{only: {text}}}}}", move("a", "start", {"only": expected})
    payoffs = "".join(f"  {name}: {{a: {a}, b: {b}}}\n" for name, (a, b) in outcomes.items())
    assert tree(f"game: {text}\noutcomes:\n{payoffs}") == expected
