"""What the source of a wrong train makes probable. Each function sees it as Written."""


def no_loop(written):
    """pl: w funkcji nie ma pętli. Jedno przejście to jedna epoka, a ma ich być tyle, ile wynosi epochs.
    en: there is no loop in the function. One pass is one epoch, and there should be as many as epochs says.
    """
    loops = any(isinstance(node, ast.For | ast.While | ast.comprehension) for node in written.nodes)
    return written.closed and not loops and not written.calls("train")


def gradient_before_the_loop(written):
    """pl: gradient jest policzony raz, przed pętlą. Po każdej zmianie w i b jest inny, więc trzeba go liczyć w każdej epoce.
    en: the gradient is computed once, before the loop. It changes with w and b, so each epoch needs it anew.
    """
    return written.loops and _outside(written, "get_backprop")


def predictions_before_the_loop(written):
    """pl: predykcje są policzone raz, przed pętlą. Po każdej zmianie w i b są inne, więc trzeba je liczyć w każdej epoce.
    en: the predictions are computed once, before the loop. They change with w and b, so each epoch needs them anew.
    """
    return written.loops and _outside(written, "get_linear_forward")


def initial_parameters_in_each_epoch(written):
    """pl: predykcje w każdej epoce są liczone z parametrów początkowych. Sprawdź, które w i b zmieniają się w pętli.
    en: the predictions of each epoch come from the initial parameters. Check which w and b change in the loop.
    """
    stored = {node.id for node in written.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    initial = {written.own.get("w"), written.own.get("b")} - stored - {None}
    calls = [call for call in written.calls("get_linear_forward") if written.in_loop(call)]
    return any(isinstance(one, ast.Name) and one.id in initial for call in calls for one in call.args)


def _outside(written, name):
    calls = written.calls(name)
    return calls and not any(written.in_loop(call) for call in calls)
