"""What pystone measures, which is Dhrystone's mix in Python: calls, records that are linked and copied, integers, strings
and lists. Not pystone itself, and not its score. Arguments: DATASET [--json|--dump], as for the other benchmarks."""

import time

start = time.perf_counter_ns()

import hashlib
import sys

PASSES = {"MINI": 50, "SMALL": 200, "MEDIUM": 800, "LARGE": 3200}
FIRST, SECOND, THIRD = range(3)


class Record:
    def __init__(self, following=None, kind=FIRST, number=0, text=""):
        self.following = following
        self.kind = kind
        self.number = number
        self.text = text

    def copy(self):
        return Record(self.following, self.kind, self.number, self.text)


class Machine:
    def __init__(self):
        self.count = 0
        self.ready = False
        self.letter = "A"
        self.row = [0] * 51
        self.table = [self.row[:] for _ in range(51)]
        self.seen = {}
        self.tail = Record(number=40)
        self.head = Record(self.tail, SECOND, 40, "A RECORD OF A PROGRAM, WITH A TEXT")

    def step(self, number):
        self.toggle()
        text = f"A RECORD OF A PROGRAM, NUMBER {number % 7}"
        self.seen[text] = self.seen.get(text, 0) + 1
        low, high = 2, 3
        self.ready = not later(text, self.head.text)
        while low < high:
            value = 5 * low - high
            value = add(value, low)
            low += 1
        self.fill(low, value)
        self.follow(self.head)
        for letter in map(chr, range(ord("A"), ord(self.letter) + 1)):
            if matches(letter, "C"):
                self.letter = "C"
        high = high * low
        low = high // value
        self.count = (self.count + 7 * (high - value) - low) % 65521

    def toggle(self):
        self.ready = self.letter == "A" or not self.ready
        self.letter = "B" if self.letter != "B" else "A"

    def fill(self, place, value):
        place += 5
        self.row[place] = value
        self.row[place + 1] = self.row[place]
        self.row[place + 30] = place
        for column in range(place, place + 2):
            self.table[place][column] = place
        self.table[place][place - 1] += 1
        self.table[place + 20][place] = self.row[place]

    def follow(self, record):
        record.following = following = record.copy()
        record.number = 5
        following.number = record.number
        following.following = record.following
        if following.kind == FIRST:
            following.number = 6
            following.kind = other(record.kind)
        else:
            record.text = "".join(reversed(following.text.swapcase()))
        record.following = self.tail


def add(one, two):
    return one + 2 + two


def other(kind):
    return {FIRST: SECOND, SECOND: THIRD}.get(kind, FIRST)


def matches(one, two):
    return one == two


def later(one, two):
    place = 1
    while place <= 2:
        if matches(one[place], two[place + 1]):
            place += 3
        else:
            place += 1
    return one > two


def work(passes):
    machine = Machine()
    for number in range(passes):
        machine.step(number)
    return machine


def result(machine):
    yield f"{machine.count} {machine.ready} {machine.letter} {machine.head.text} {machine.tail.number}"
    yield from (f"{text}: {times}" for text, times in sorted(machine.seen.items()))
    yield from (" ".join(map(str, row)) for row in [machine.row, *machine.table])


def main(dataset, option="--dump"):
    before = time.perf_counter_ns()
    machine = work(PASSES[dataset])
    after = time.perf_counter_ns()
    text = "".join(line + "\n" for line in result(machine))
    if option == "--dump":
        sys.stdout.write(text)
        return
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    end = time.perf_counter_ns()
    print(
        f'{{"sha256":"{sha256}","bytes":{len(text)},"kernel_ns":{after - before},'
        f'"check_ns":{end - after},"main_ns":{end - start}}}'
    )


main(*sys.argv[1:])
