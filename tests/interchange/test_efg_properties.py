"""Random game trees: what is written reads as the same game, and payoffs agree with a plain recursive reader."""

import re
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet
from negotiation.interchange.efg import read_efg, write_efg

#: Characters that a file can hold, those that the format treats specially more often than others.
characters = st.one_of(st.sampled_from('"\\ {},\n\t1ptc'), st.characters(exclude_categories=("Cc", "Cs")))
names = st.text(characters, min_size=1, max_size=6)


class Forest:
    """A tree with perfect recall by construction: an information set belongs to one history of its player."""

    def __init__(self, random, players, labels):
        self.random, self.players, self.labels = random, players, labels
        self.known, self.nodes = {}, []

    def grow(self, depth, histories):
        number = len(self.nodes)
        self.nodes.append(None)
        if depth == 0 or self.random.random() < 0.2:
            self.nodes[number] = self.end()
        elif self.random.random() < 0.3:
            self.nodes[number] = self.chance(depth, histories)
        else:
            self.nodes[number] = self.move(depth, histories)
        return number

    def end(self):
        payoffs = [Fraction(self.random.randint(-20, 20), self.random.choice((1, 1, 2, 3, 10**20 + 1))) for _ in self.players]
        return End(self.random.choice(self.labels), tuple(payoffs))

    def chance(self, depth, histories):
        weights = [1, *(self.random.randint(0, 5) for _ in range(self.random.randint(0, 2)))]
        probabilities = tuple(Fraction(weight, sum(weights)) for weight in weights)
        children = tuple(self.grow(depth - 1, histories) for _ in weights)
        return Chance(tuple(self.labels[: len(weights)]), probabilities, children)

    def move(self, depth, histories):
        mover = self.random.randrange(len(self.players))
        key = mover, histories[mover], self.random.randrange(2)
        place, count = self.known.setdefault(key, (len(self.known), self.random.randint(1, 3)))
        after = [(*histories[:mover], (*histories[mover], (key[2], action)), *histories[mover + 1 :]) for action in range(count)]
        return Decision(place, tuple(self.grow(depth - 1, follows) for follows in after))

    def game(self, title):
        sets = [
            InformationSet(f"{self.labels[place % 12]} {place}", mover, tuple(self.labels[-count:]))
            for (mover, _, _), (place, count) in self.known.items()
        ]
        return ExtensiveFormGame(self.players, tuple(sets), tuple(self.nodes), title)


@st.composite
def games(draw):
    players = tuple(draw(st.lists(names, min_size=1, max_size=3, unique=True)))
    forest = Forest(draw(st.randoms(use_true_random=False)), players, draw(st.lists(names, min_size=12, max_size=12, unique=True)))
    forest.grow(draw(st.integers(0, 4)), ((),) * len(players))
    return forest.game(draw(names))


@settings(max_examples=150, deadline=None)
@given(games())
def test_what_is_written_reads_as_the_same_game(game):
    again = read_efg(write_efg(game))
    assert (again.title, again.players) == (game.title, game.players)
    assert again.nodes == game.nodes
    assert again.information_sets == game.information_sets


class PlainReader:
    """The ends of a file of numbers and plain names, knowing of the format only how a tree is told."""

    def __init__(self, text):
        self.tokens = re.findall(r'"[^"]*"|[{}]|[^\s{}",]+', text)
        self.place = self.tokens.index("}") + 1
        self.players = self.place - self.tokens.index("{") - 2
        self.moves, self.outcomes, self.ends = {}, {}, []

    def take(self):
        self.place += 1
        return self.tokens[self.place - 1]

    def described(self):
        if self.place < len(self.tokens) and self.tokens[self.place].startswith('"'):
            self.take()
        items = []
        if self.place < len(self.tokens) and self.tokens[self.place] == "{":
            self.take()
            while (item := self.take()) != "}":
                items.append(item)
        return items

    def node(self, total, path):
        kind, _ = self.take(), self.take()
        key = {"t": lambda: None, "p": lambda: (self.take(), self.take()), "c": lambda: ("chance", self.take())}[kind]()
        items = self.described() if key else []
        if items:
            self.moves[key] = items[::2] if kind == "c" else items
        number = self.take()
        payoffs = self.described()
        if payoffs:
            self.outcomes[number] = [Fraction(payoff) for payoff in payoffs]
        total = [before + added for before, added in zip(total, self.outcomes.get(number, [0] * self.players), strict=True)]
        if kind == "t":
            self.ends.append((path, tuple(total)))
        for action in self.moves.get(key, ()):
            self.node(total, (*path, action.strip('"')))


class Scribe:
    """A file with outcomes at moves, descriptions left out at random, and no information set of two nodes."""

    def __init__(self, random):
        self.random, self.written, self.sets = random, {}, 0

    def outcome(self):
        number = self.random.randint(0, 6)
        if number == 0 or (number in self.written and self.random.random() < 0.5):
            return str(number)
        numerals = [self.random.choice(["1", "-2", "0.25", ".5", "-1/3", "2e-1", "+7"]) for _ in range(3)]
        name = f'"o{number}" ' if number % 2 else ""
        form = self.random.choice(["{{ {} {} {} }}", "{{{},{}, {}}}"])
        return f"{number} {name}{self.written.setdefault(number, form.format(*numerals))}"

    def node(self, depth):
        if depth == 0 or self.random.random() < 0.2:
            return [f't "" {self.outcome()}']
        self.sets += 1
        count = self.random.randint(1, 3)
        if self.random.random() < 0.3:
            numerals = [["1"], ["0.5", "1/2"], ["0", ".25", "75e-2"]][count - 1]
            events = " ".join(f'"e{event}" {numeral}' for event, numeral in enumerate(numerals))
            head = f'c "" {self.sets} "" {{ {events} }} {self.outcome()}'
        else:
            actions = " ".join(f'"a{action}"' for action in range(count))
            head = f'p "" {self.random.randint(1, 3)} {self.sets} {{ {actions} }} {self.outcome()}'
        return [head, *(row for _ in range(count) for row in self.node(depth - 1))]


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 4))
def test_payoffs_agree_with_a_plain_recursive_reader(random, depth):
    text = 'EFG 2 R "" { "A" "B" "C" }' + "".join(random.choice("\n \t") + row for row in Scribe(random).node(depth))
    plain = PlainReader(text)
    plain.node([Fraction(0)] * 3, ())
    game = read_efg(text)
    assert [(game.path_to(end), game.nodes[end].payoffs) for end in game.ends] == plain.ends
