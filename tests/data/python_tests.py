"""Runs a module of Python's own tests, and tells each test's outcome by name: what two machines must agree on.

Those are left out whose names have one of the further arguments in them, and told, too."""

import sys
import unittest

sys.path.insert(0, "/lib")


class Outcomes(unittest.TestResult):
    """Tells outcomes as they come, without times and addresses."""

    def tell(self, test, outcome):
        print(test.id(), outcome, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tell(test, "ok")

    def addError(self, test, error):
        super().addError(test, error)
        self.tell(test, "error: " + error[0].__name__)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.tell(test, "failure")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tell(test, "skipped")

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        self.tell(test, "expected failure")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.tell(test, "unexpected success")

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.tell(subtest, "error: " + error[0].__name__)


def single(tests):
    """The tests in suites of suites."""
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from single(test)
        else:
            yield test


outcomes = Outcomes()
module, *names = sys.argv[1:]
tests = list(single(unittest.defaultTestLoader.loadTestsFromName(module)))
left_out = [test for test in tests if any(name in test.id() for name in names)]
for test in left_out:
    outcomes.tell(test, "left out")
unittest.TestSuite(test for test in tests if test not in left_out).run(outcomes)
print(outcomes.testsRun, "tests,", len(outcomes.skipped), "skipped,", len(left_out), "left out")
