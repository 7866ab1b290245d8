"""The notebooks in a real JupyterLab and a real Chromium: `make lab` runs them, grades in a cell, and looks at both.

JupyterLab is heavy, so this is a command of its own and no part of `make test`, where tests/test_jupyter.py tries the
magic in IPython alone. Screenshots go into the folder that is named.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright import sync_api

from grader.serve.cell import hand_in_cell
from tests.serve.test_simulation import everybody_joins, real_server

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NOTEBOOK = "solved.ipynb"
STARTED_S = 60


@contextmanager
def jupyter_lab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab of this environment, with settings of its own. It ends with everything it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = ["--ServerApp.open_browser=False", "--IdentityProvider.token=", "--ServerApp.password=", "--allow-root"]
    home = folder / ".home"
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", f"--port={port}", "--ip=127.0.0.1", *quiet, f"--notebook-dir={folder}"],
        env={**os.environ, "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/api", server)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTED_S
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit("JupyterLab did not start")


def run_cell(page: Any, source: str) -> str:
    """Write a cell at the end of the notebook, run it, and wait for what it shows."""
    page.locator(".jp-Notebook-footer").click()
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").fill(source)
    page.keyboard.press("Control+Enter")
    sync_api.expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=60_000)
    return "".join(cell.locator(".jp-OutputArea-output").all_inner_texts())


def open_notebook(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=60_000)
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=60_000)
    page.wait_for_timeout(1_000)  # its kernel is known a moment after it is shown


def run_all(page: Any) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell").last
    sync_api.expect(last.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=60_000)


def look(page: Any, address: str, pictures: Path) -> None:
    """Each step shows what a participant should see."""
    open_notebook(page, address, NOTEBOOK)
    images = page.locator(".jp-MarkdownCell img")
    images.first.wait_for()
    assert images.count() >= 4, images.count()
    assert page.evaluate("[...document.querySelectorAll('.jp-MarkdownCell img')].every(one => one.naturalWidth > 300)")
    run_all(page)
    shown = page.locator(".jp-CodeCell .jp-OutputArea-output")
    drawn = shown.filter(has=page.locator("svg, img[src^='data:image/svg']"))
    assert drawn.count() == 2, drawn.count()
    drawn.first.scroll_into_view_if_needed()
    page.screenshot(path=pictures / "experiment.png")
    assert "Zadanie 6: działa / Exercise 6: it works" in "".join(shown.all_inner_texts())
    told = run_cell(page, "%load_ext grader")
    assert not told, told
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1_500)
    told = run_cell(page, "%grade 3b --lang en")
    assert f"Graded: {NOTEBOOK}, as it was saved at" in told, told
    assert "Score: 2 of 2 points" in told, told
    assert "stale" not in told, told
    page.screenshot(path=pictures / "grade.png")
    hand_in(page, pictures)
    run_cell(page, "def get_backprop(y_hat, y, x):\n    return 0, 0")
    told = run_cell(page, "%grade 3b --lang pl")
    assert "get_backprop" in told.split("\n")[1], told
    page.screenshot(path=pictures / "stale.png")


def hand_in(page: Any, pictures: Path) -> None:
    """The cell that `grade serve` shows asks for the personal code, hands in, and prints the report under itself."""
    with tempfile.TemporaryDirectory() as made, real_server(Path(made, "results")) as (trainer, _):
        (person,) = everybody_joins(trainer, ["Anna"])
        page.locator(".jp-Notebook-footer").click()
        cell = page.locator(".jp-CodeCell").last
        cell.locator(".cm-content").fill(hand_in_cell(trainer.url))
        page.keyboard.press("Control+Enter")
        page.locator(".jp-Stdin-input").fill(person.code)
        page.keyboard.press("Enter")
        shown = cell.locator(".jp-OutputArea-output").last
        sync_api.expect(shown).to_contain_text("18 of 18 points", timeout=60_000)
        page.screenshot(path=pictures / "handed-in.png")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pictures", type=Path, default=ROOT / "build" / "lab-pictures")
    pictures = options.parse_args().pictures
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_api.sync_playwright() as playwright:
        folder = Path(made)
        shutil.copy(ROOT / "tests" / "samples" / NOTEBOOK, folder)
        with jupyter_lab(folder) as address:
            browser = playwright.chromium.launch(executable_path=CHROMIUM)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(20_000)
            try:
                look(page, address, pictures)
            except BaseException:
                page.screenshot(path=pictures / "failed.png")
                raise
            browser.close()
    print(f"JupyterLab shows what it should; pictures in {pictures}")


if __name__ == "__main__":
    main()
