import pytest


@pytest.mark.check(points=1, pl="Dane", en="The data")
def test_data(notebook):
    (axes,) = notebook.figures[-1].axes
    line = axes.lines[0]
    notebook.equal(line.get_ydata(), [0, 1, 4, 9])
    notebook.equal(line.get_xdata(), [0, 1, 2, 3])


@pytest.mark.check(points=1, pl="Podpisy", en="The labels")
def test_labels(notebook):
    axes = notebook.figures[-1].axes[0]
    notebook.equal(axes.get_xlabel(), "x")
    if not axes.get_title():
        notebook.partly(0.5, pl="Oś jest podpisana, ale wykres nie ma tytułu.", en="The plot lacks a title.")
    notebook.equal(axes.get_title(), "Kwadraty")
