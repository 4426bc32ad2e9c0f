"""Faults of the control plane: told once each, and no reason to stop."""

import contextlib
import io
import unittest

import support  # noqa: F401 (makes the emulator's modules importable)

from control import faults


class ToldOnce(unittest.TestCase):
    def test_a_fault_is_told_once_and_the_next_step_runs(self):
        done, told = [], io.StringIO()
        with contextlib.redirect_stderr(told):
            for name in ("a", "a", "b"):
                with faults.told_once("a round of service-a"):
                    done.append(name)
                    raise ValueError(f"because of {name}")
        self.assertEqual(done, ["a", "a", "b"])
        self.assertEqual(told.getvalue().count("emulator: a round of service-a failed:\nTraceback"), 2)
        self.assertEqual(told.getvalue().count("ValueError: because of a"), 1)


if __name__ == "__main__":
    unittest.main()
