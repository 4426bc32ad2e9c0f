"""The patches as a whole: each is documented, listed in the README and has a test of its name."""

import ast
import re
import unittest
from pathlib import Path

from support import EMULATOR

import layer
import patching

README = EMULATOR / "README.md"


def patches():
    return [(service.__name__.split(".")[-1], patch) for service in layer.SERVICES for patch in service.PATCHES]


def tests_of(module):
    tree = ast.parse((Path(__file__).parent / f"test_{module}.py").read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


class Patches(unittest.TestCase):
    def test_each_names_its_symptom_its_moto_and_what_aws_does(self):
        for module, patch in patches():
            with self.subTest(f"{module}.{patch.__name__}"):
                self.assertRegex(patch.__doc__ or "", r"(?s)^Symptom \(moto 5\.2\.1\): .+\n    AWS: .+")

    def test_each_has_a_test_of_its_name(self):
        for module, patch in patches():
            with self.subTest(f"{module}.{patch.__name__}"):
                self.assertIn(f"test_{patch.__name__}", tests_of(module))

    def test_each_is_in_the_readme_and_the_readme_knows_no_other(self):
        listed = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
        self.assertEqual(listed, [(module, patch.__name__) for module, patch in patches()])

    def test_each_module_of_patches_is_applied(self):
        written = {path.stem for path in (EMULATOR / "patches").glob("*.py")} - {"__init__"}
        self.assertEqual({service.__name__.split(".")[-1] for service in layer.SERVICES}, written)


class Thing:
    def greet(self, name):
        return f"hello {name}"


class Patching(unittest.TestCase):
    def setUp(self):
        self.thing = type("Copy", (Thing,), {})

    def test_wrap_gives_the_replacement_the_original(self):
        @patching.wrap(self.thing, "greet")
        def greet(original, thing, name):
            return original(thing, name).upper()

        self.assertEqual(self.thing().greet("you"), "HELLO YOU")

    def test_of_two_that_wrap_the_later_runs_first(self):
        for letter in "ab":

            @patching.wrap(self.thing, "greet")
            def greet(original, thing, name, letter=letter):
                return original(thing, letter + name)

        self.assertEqual(self.thing().greet(""), "hello ab")

    def test_replace_and_add_set_what_they_are_given(self):
        patching.replace(self.thing, "greet")(lambda thing, name: name)
        patching.add(self.thing, "part")(lambda thing: "bye")
        self.assertEqual((self.thing().greet("you"), self.thing().part()), ("you", "bye"))

    def test_what_moto_lacks_cannot_be_wrapped_or_replaced(self):
        for verb in (patching.wrap, patching.replace):
            with self.assertRaisesRegex(patching.PatchError, r"part does not exist in this moto"):
                verb(self.thing, "part")(lambda *_: None)

    def test_what_moto_has_cannot_be_added(self):
        with self.assertRaisesRegex(patching.PatchError, r"greet exists in this moto: remove the patch"):
            patching.add(self.thing, "greet")(lambda *_: None)


if __name__ == "__main__":
    unittest.main()
