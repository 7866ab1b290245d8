"""What the source of a wrong compute_mse_loss makes probable. Each function sees it as Written."""


def sum_without_division(written):
    """pl: liczysz sumę i nigdzie jej nie dzielisz. Sprawdź, co we wzorze stoi przed znakiem sumy.
    en: a sum is taken, and nothing divides it. Check what stands in front of the sum in the formula.
    """
    adds = written.calls("sum") or any(isinstance(node, ast.AugAssign) for node in written.nodes)
    divides = any(isinstance(node, ast.Div) for node in written.nodes) or written.calls("mean")
    return written.closed and adds and not divides and not written.calls("average") and not written.calls("dot")


def never_squared(written):
    """pl: nigdzie nie ma kwadratu. Sprawdź, co we wzorze dzieje się z różnicą.
    en: nothing is squared. Check in the formula what is done to the difference.
    """
    powers = any(isinstance(node, ast.Pow | ast.Mult | ast.MatMult) for node in written.nodes)
    return (
        written.closed
        and not powers
        and not any(written.calls(name) for name in ("power", "square", "pow", "dot", "norm", "multiply"))
    )
