"""What the source of a wrong train makes probable. Each function sees it as a FunctionSource."""


def no_loop(function):
    """pl: w funkcji nie ma pętli. Jedno przejście to jedna epoka, a ma ich być tyle, ile wynosi epochs.
    en: there is no loop in the function. One pass is one epoch, and there should be as many as epochs says.
    """
    loops = any(isinstance(node, ast.For | ast.While | ast.comprehension) for node in function.nodes)
    return function.closed and not loops and not function.calls("train")


def gradient_before_the_loop(function):
    """pl: gradient jest policzony raz, przed pętlą. Po każdej zmianie w i b jest inny, więc trzeba go liczyć w każdej epoce.
    en: the gradient is computed once, before the loop. It changes with w and b, so each epoch needs it anew.
    """
    return function.loops and _outside(function, "get_backprop")


def predictions_before_the_loop(function):
    """pl: predykcje są policzone raz, przed pętlą. Po każdej zmianie w i b są inne, więc trzeba je liczyć w każdej epoce.
    en: the predictions are computed once, before the loop. They change with w and b, so each epoch needs them anew.
    """
    return function.loops and _outside(function, "get_linear_forward")


def initial_parameters_in_each_epoch(function):
    """pl: predykcje w każdej epoce są liczone z parametrów początkowych. Sprawdź, które w i b zmieniają się w pętli.
    en: the predictions of each epoch come from the initial parameters. Check which w and b change in the loop.
    """
    stored = {node.id for node in function.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    initial = {function.own.get("w"), function.own.get("b")} - stored - {None}
    calls = [call for call in function.calls("get_linear_forward") if function.in_loop(call)]
    return any(isinstance(one, ast.Name) and one.id in initial for call in calls for one in call.args)


def _outside(function, name):
    calls = function.calls(name)
    return calls and not any(function.in_loop(call) for call in calls)
