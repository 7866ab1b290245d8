"""A live workshop in the browser: people hand in notebooks, read their reports, and a trainer watches the board.

One process serves one course. Nothing of a participant's runs in it: notebooks are graded in processes of their own
(`batch/worker_process.py`), behind the walls of `grade`, and only data comes back.

```
browser, cell, curl -> web/ -> Classroom -> Queue -> Graders -> grading processes
                                  |  ^                  |
                                  v  '---- grades ------'
                               Database (who, what, when, grades) -> results.py: the folder of `grade -o`
```

What was accepted is on the disk before the answer says so; a start after a crash goes on where it stopped. The event
loop alone touches the database; threads only wait for grading processes. Pages are made here and work without a script;
the one script asks for a fresh piece of the page when the server says that something is new.
"""
