"""The page for a projector: how far a class is, an exercise a bar, and a mistake to talk about. Nobody's name."""

from __future__ import annotations

from markupsafe import Markup

from grader.report.page.page import asset, environment, policy
from grader.report.projector import View
from grader.report.run import Run

PAGE = "projector.html"


def text(run: Run, view: View) -> str:
    """The page of a view of the run. The same view gives the same bytes."""
    style, script = f"{asset('page.css')}\n{asset('projector.css')}", asset("projector.js")
    return (
        environment(run.lang)
        .get_template("projector_page.html")
        .render(
            lang=run.lang,
            title=run.course.title,
            is_live=run.is_live,
            view=view,
            style=Markup(style),  # noqa: S704  these files are ours
            script=Markup(script),  # noqa: S704
            policy=policy(style, script),
        )
    )
