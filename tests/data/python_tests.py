"""Runs a module of Python's own tests, and tells each test's outcome by name: what two machines must agree on."""

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


outcomes = Outcomes()
unittest.defaultTestLoader.loadTestsFromName(sys.argv[1]).run(outcomes)
print(outcomes.testsRun, "tests,", len(outcomes.skipped), "skipped")
