# @title ▶ Sprawdź mój notatnik / Check my notebook { display-mode: "form" }
check_language = "pl"  # @param ["pl", "en"]
grader_source = "GRADER_SOURCE"  # @param {type: "string"}


def check_my_notebook(source, lang):
    """Grade the notebook as it stands in this window, in an environment of its own, and print the report."""
    import json
    import os
    import shutil
    import signal
    import subprocess
    import sys
    import tempfile
    from pathlib import Path

    def say(pl, en):
        print(pl if lang == "pl" else en, flush=True)

    def open_notebook():
        """The notebook in this window, with what is not saved yet, or None."""
        from google.colab import _message

        say("Pobieram notatnik z tego okna...", "Reading the notebook in this window...")
        try:
            reply = _message.blocking_request("get_ipynb", request="", timeout_sec=100)
        except Exception:  # an interface of Colab's own, which may change: a file will do as well
            return None
        notebook = reply.get("ipynb") if isinstance(reply, dict) else None
        cells = notebook.get("cells") if isinstance(notebook, dict) else None
        return json.dumps(notebook).encode() if isinstance(cells, list) and cells else None

    def chosen_notebook():
        """The notebook that is chosen by hand, or None."""
        from google.colab import files

        say(
            "Colab nie podał notatnika. Pobierz go (Plik > Pobierz > Pobierz plik .ipynb) i wybierz go tutaj:",
            "Colab did not give the notebook. Download it (File > Download > Download .ipynb) and choose it here:",
        )
        chosen = files.upload() or {}
        return next((content for name, content in chosen.items() if name.endswith(".ipynb")), None)

    def uv():
        """The program that makes the environment. Nothing is installed beside this notebook's own packages."""
        if shutil.which("uv"):
            return "uv"
        folder = Path(tempfile.gettempdir(), "uv-of-the-grader")
        if not (folder / "bin" / "uv").exists():
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), "uv"]
            subprocess.run(command, check=True, capture_output=True, text=True)
        return str(folder / "bin" / "uv")

    def grade(folder, notebook):
        """The exit code, the report, and what went wrong."""
        (folder / "notebook.ipynb").write_bytes(notebook)
        command = [uv(), "tool", "run", "--quiet", "--from", source, "grade", "notebook.ipynb"]
        command += ["--lang", lang, "--exit-zero", "--no-config"]
        own = ("PYTHON", "MPL", "GRADE_")  # what is set for this notebook is not meant for the grader
        env = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**env, "PYTHONUTF8": "1", "COLUMNS": "100", "FORCE_COLOR": "1", "TERM": "xterm"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            report, trouble = process.communicate(timeout=600)
        finally:
            if process.poll() is None:  # it took too long, or you stopped it
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return process.returncode, report, trouble

    if "google.colab" not in str(get_ipython()):
        return say("Ta komórka działa tylko w Google Colab.", "This cell works in Google Colab only.")
    notebook = open_notebook() or chosen_notebook()
    if notebook is None:
        return say(
            "Nie wybrano pliku .ipynb. Uruchom tę komórkę jeszcze raz.",
            "No .ipynb file was chosen. Run this cell again.",
        )
    say(
        "Sprawdzam. Pierwszy raz trwa około minuty, następne kilka sekund.",
        "Grading. The first time takes about a minute, later ones a few seconds.",
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            code, report, trouble = grade(Path(folder), notebook)
    except subprocess.TimeoutExpired:
        code, report, trouble = 1, "", "600 s"
    except (OSError, subprocess.CalledProcessError) as error:
        code, report, trouble = 1, "", getattr(error, "stderr", None) or str(error)
    print(report)
    if code != 0:
        say(
            "Nie udało się sprawdzić notatnika. To nie jest błąd w Twoim rozwiązaniu. Pokaż prowadzącemu to, co jest niżej.",
            "The notebook could not be graded. That is no mistake of yours. Show the trainer what stands below.",
        )
        print("\n".join([source, *trouble.strip().splitlines()[-15:]]))


check_my_notebook(grader_source, check_language)
