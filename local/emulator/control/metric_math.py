"""Metric math on one period: `errors / requests * 100`, from the values that the other queries have.

Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics". There are + - * / ^, numbers, FILL, ABS,
CEIL, FLOOR, and AVG, MAX, MIN and SUM of a list. Anything else has no value here.
"""

import ast
import math
import operator

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
OF_ONE = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
OF_A_LIST = {"AVG": lambda values: sum(values) / len(values), "MAX": max, "MIN": min, "SUM": sum}


class Unsupported(Exception):
    """An expression that is not understood here."""


def parse(expression):
    """The expression, to be given to `value` and `names`. Raises Unsupported."""
    try:
        return ast.parse(expression.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError):
        raise Unsupported(expression) from None


def names(parsed):
    """The ids that the expression is about."""
    called = {id(node.func) for node in ast.walk(parsed) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(parsed) if isinstance(node, ast.Name) and id(node) not in called}


def value(parsed, values):
    """The value, given those of its ids; None where one that it needs is missing (None), and of a division by zero."""
    try:
        found = _value(parsed, values)
    except (ZeroDivisionError, OverflowError):
        return None
    return None if found is None or isinstance(found, complex) else float(found)


def _value(node, values):
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, ast.Name):
        return values.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        found = _value(node.operand, values)
        return None if found is None else -found
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _value(node.left, values), _value(node.right, values)
        return None if None in (left, right) else OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _called(node.func.id, node.args, values)
    raise Unsupported(ast.unparse(node))


def _called(name, arguments, values):
    if name == "FILL" and len(arguments) == 2:
        found = _value(arguments[0], values)
        return _value(arguments[1], values) if found is None else found
    if len(arguments) != 1:
        raise Unsupported(name)
    if name in OF_A_LIST and isinstance(arguments[0], ast.List):
        found = [item for item in (_value(item, values) for item in arguments[0].elts) if item is not None]
        return OF_A_LIST[name](found) if found else None
    if name in OF_ONE:
        found = _value(arguments[0], values)
        return None if found is None else OF_ONE[name](found)
    raise Unsupported(name)
