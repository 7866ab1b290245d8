"""Attacks by who has read the grader: forged messages and replies, work that is counted nowhere, the judge's kindness.

A `raw` cell speaks to the grader's own channels: the kernel's zmq sockets, and the agent's socket, which are all within
the participant's reach.
"""

from __future__ import annotations

from dataclasses import replace

from tests.attacks.attack import Attack, attempt, forgery, plain, siege

_MESSAGE = """\
import json
kernel = get_ipython().kernel
def header(kind):
    return {"msg_id": "1", "msg_type": kind, "username": "u", "session": "s", "date": "2020-01-01T00:00:00Z", "version": "5"}
def forge(kind, content, parent=None):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    parent = {"msg_id": kernel.get_parent()["header"]["msg_id"]} if parent is None else parent
    ends = [json.dumps(part).encode() for part in (header(kind), parent)]
    kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", b"", *ends, b"{}", content])
"""
_BY_SCHEMA = "a message that breaks the schema is the participant's"


def message(name: str, tries: str, code: str, held_by: str = _BY_SCHEMA) -> Attack:
    return siege(name, tries, held_by, plain(_MESSAGE + code))


MESSAGING = [
    message(
        "message-without-delimiter",
        "send iopub frames without a delimiter",
        'kernel.iopub_socket.send_multipart([b"x"])',
    ),
    message("message-of-bad-json", "send a message that is no JSON", 'forge("stream", b"{{{")'),
    message("message-nested-deep", "send JSON nested 100000 deep", 'forge("stream", b"[" * 100_000)'),
    message("message-with-a-huge-int", "send an int of 5000 digits", 'forge("stream", b"1" * 5000)'),
    message("message-of-a-list", "send an error whose content is a list", 'forge("error", [1])'),
    message("message-of-nothing", "send a stream whose content is null", 'forge("stream", None)'),
    message(
        "message-of-odd-types",
        "send an error of dicts",
        'forge("error", {"ename": {}, "evalue": [1], "traceback": {}})',
    ),
    message("message-of-no-type", "send a message whose type is a number", "forge(5, {})"),
    message("message-from-a-list", "send a message whose parent is a list", 'forge("stream", {}, parent=[1])'),
    message("status-of-nothing", "send a status without a state", 'forge("status", {})'),
    message(
        "status-idle-early",
        "say that the cell has ended",
        'forge("status", {"execution_state": "idle"})\nwhile True: pass',
        "kill",
    ),
    message("comm-of-nothing", "open a comm without data", 'forge("comm_open", {})'),
    message(
        "comm-of-a-widget",
        "have the grader build a widget",
        'forge("comm_open", {"comm_id": "1", "target_name": "jupyter.widget", "data": {"state": '
        '{"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel"}}})',
        "comms are not for the grader",
    ),
    message("clear-output-of-a-list", "send clear_output with a list", 'forge("clear_output", {"transient": [1]})'),
    message(
        "surrogate-in-a-forged-error",
        "send text that UTF-8 can't carry, so that no report can be written",
        r"""forge("error", b'{"ename": "\\ud800", "evalue": "\\udfff", "traceback": []}')""",
        "all text is cleaned on arrival",
    ),
    message(
        "surrogate-in-an-error",
        "raise what UTF-8 can't carry",
        r'raise ValueError("\ud800 \x00 \x1b[31m")',
        "all text is cleaned",
    ),
    message(
        "flood-of-raw-messages",
        "send 2 GB past the cap on output",
        'text = b\'{"name": "stdout", "text": "\' + b"x" * (20 << 20) + b\'"}\'\nfor _ in range(100): forge("stream", text)',
        "messages are bounded",
    ),
    message(
        "flood-of-comms",
        "have 500 MB kept as the state of widgets",
        'for n in range(100):\n    forge("comm_msg", {"comm_id": str(n), "data": {"state": {"a": "x" * (5 << 20)}}})',
        "comms are not for the grader",
    ),
]

_DESCRIPTION = """\
import struct, threading
import grader.kernel.agent as module
agent = module._agent
agent.channel.send = lambda *a: time.sleep(100)
PARAMETERS = '[%s]' % ','.join('{"t":"parameter","name":"%s","kind":"positional_or_keyword","has_default":false}' % n for n in "xwb")
def version(id="a", name="get_linear_forward", cell="1", parameters=PARAMETERS, source=""):
    return '{"t":"version","id":"%s","name":"%s","cell":%s,"owner":"","parameters":%s,"source":"%s","rebound":true}' % (
        id, name, cell, parameters, source)
def describe(*versions, ignored=""):
    body = ('{"t":"described","versions":[%s],"standins":[],"ignored":[%s]}' % (",".join(versions), ignored)).encode()
    threading.Thread(target=agent.channel._socket.sendall, args=[struct.pack(">Q", len(body)) + body]).start()
"""
_BOUNDED = "what a notebook leaves is bounded on arrival"


def description(name: str, tries: str, code: str) -> Attack:
    return replace(siege(name, tries, _BOUNDED, plain(_DESCRIPTION + code)), spoils=True)


OVERFILLING = [
    description(
        "described-in-a-huge-cell", "define a function in a cell of 30 digits", 'describe(version(cell="1" + "0" * 30))'
    ),
    description("described-in-no-cell", "define a function in a cell before the first", 'describe(version(cell="-7"))'),
    description(
        "described-many-times", "define 60000 versions", "describe(*[version(id=str(n)) for n in range(60_000)])"
    ),
    description(
        "described-nearly",
        "define 200000 functions of nearly the right name",
        'describe(*[version(id=str(n), name="get_linear_forwar%d" % n, parameters="[]") for n in range(200_000)])',
    ),
    description(
        "described-with-many-parameters",
        "define a function of 300000 parameters",
        'one = \'{"t":"parameter","name":"p%d","kind":"keyword_only","has_default":true}\'\n'
        'describe(version(parameters="[%s]" % ",".join(one % n for n in range(300_000))))',
    ),
    description(
        "described-at-length",
        "define a function of 5 million statements",
        'describe(version(source="x=1;" * 5_000_000))',
    ),
    description(
        "described-at-depth", "define a function of a deep expression", 'describe(version(source="1+" * 200_000 + "1"))'
    ),
    description("described-with-a-nul", "define a function with a NUL in it", r'describe(version(source="a\\u0000b"))'),
    description("described-ignored", "leave a huge int elsewhere", 'describe(ignored=\'["a",1%s]\' % ("0" * 5000))'),
    siege(
        "spoofed-source",
        "show a source that no parser stands",
        "the parser's faults are the participant's",
        "import linecache\ndef get_linear_forward(x, w, b):\n    return w * x + b\n"
        "name = get_linear_forward.__code__.co_filename\n"
        "linecache.cache[name] = (1, None, ['def f(x, w, b):\\n', '    return ' + '-' * 15000 + '1\\n'], name)",
    ),
    siege(
        "half-a-frame",
        "leave half a frame for the grader to read",
        "the kernel is started again without the cell",
        "import grader.kernel.agent\ngrader.kernel.agent._agent.channel._socket.sendall(bytes(1 << 26))",
    ),
]

_REPLY = """\
import struct, sys, time
frame = sys._getframe()
while frame.f_code.co_name != "_outcomes": frame = frame.f_back
request, sock = frame.f_locals["request"], frame.f_locals["self"].channel._socket
def reply(result):
    body = ('{"t":"outcome","number":%d,"result":%s,"printed":"","cut":false}' % (request.number, result)).encode()
    for _ in request.cases: sock.sendall(struct.pack(">Q", len(body)) + body)
"""


def reply(name: str, tries: str, code: str) -> Attack:
    """A forgery with the request's own number, which stands in the agent's frame."""
    return replace(
        forgery(name, tries, _REPLY + code + "\ntime.sleep(9)", "replies are bounded on arrival"), exercise="6"
    )


_NUMBERS = "for n in range(99, 9, -2): print(f'{n}e1')"
_LOSSES = "for n in range(999, 100, -2): print(n)"
MISJUDGING = [
    *[
        reply(
            f"reply-nested-{depth}",
            f"answer a list nested {depth} deep",
            f'reply(\'{{"t":"items","kind":"list","items":[\' * {depth} + \'{{"t":"none"}}\' + \']}}\' * {depth})',
        )
        for depth in (50, 350, 400, 450, 600, 100_000)
    ],
    reply(
        "reply-of-no-shape",
        "answer an array of an impossible shape",
        """reply('{"t":"array","dtype":"float64","shape":[0,4611686018427387904],"data":"","subclass":""}')""",
    ),
    reply(
        "reply-of-many-items",
        "answer 2 million items",
        """reply('{"t":"items","kind":"list","items":[' + '{"t":"none"},' * 2_000_000 + '{"t":"none"}]}')""",
    ),
    reply(
        "reply-of-long-text",
        "answer 25 MB of text that a report would show",
        """reply('{"t":"opaque","type":"a","text":"%s"}' % ("x" * (25 << 20)))""",
    ),
    reply(
        "reply-with-a-long-key",
        "answer a dict with a key of 25 MB",
        """reply('{"t":"dict","items":[["%s",{"t":"none"}]]}' % ("x" * (25 << 20)))""",
    ),
    reply(
        "reply-raised-at-length",
        "answer an error of 25 MB in line 10**30",
        """reply('{"t":"raised","type":"a","text":"%s","cell":1,"line":1%s,"code":""}' % ("x" * (25 << 20), "0" * 30))""",
    ),
    forgery("change-the-arguments", "change the arguments in place and return them", "x *= 0\nx += 1\nreturn x"),
    forgery(
        "remember-the-arguments",
        "return what an earlier call would have had",
        "global last\nnow, last = globals().get('last', x), x\nreturn w * now + b",
    ),
    forgery(
        "numbers-from-memory",
        "find the expected vector among all objects",
        "import gc\nfound = [o for o in gc.get_objects() if isinstance(o, np.ndarray) and o.shape == np.shape(x) and o is not x]\n"
        "return found[-1] if found else x",
        "wall between processes",
    ),
    forgery(
        "answer-twice",
        "answer from a child too",
        "import os\nif os.fork() == 0:\n    return x\nreturn x * 0",
        "an answer to nothing is not taken for one",
    ),
    replace(forgery("nan-scale", "normalize to nan", "return np.full(len(x), np.nan)"), exercise="6"),
    replace(
        forgery(
            "huge-scale",
            "normalize to numbers that overflow",
            "return np.where(np.arange(len(x)) % 2, 1.7e308, -1.7e308)",
        ),
        exercise="6",
    ),
    replace(
        forgery(
            "all-losses-of-two-digits",
            "print every loss there can be, with two digits",
            f"{_NUMBERS}\nreturn 0, 0",
            "losses must be told closely",
        ),
        exercise="5",
    ),
    replace(
        forgery(
            "all-losses", "print every loss there can be", f"{_LOSSES}\nreturn 0, 0", "losses must be told closely"
        ),
        exercise="5",
    ),
    replace(
        forgery(
            "oracle-of-huge-shapes",
            "have the grader compute 20000 x 20000 numbers for a carried exercise",
            "return get_linear_forward(np.ones((20000, 1)), np.ones((1, 20000)), 0)",
            "the oracle answers for the course's shapes alone",
        ),
        exercise="5",
    ),
]

BYPASSING = [
    attempt(
        "socket-files",
        "leave 2000 socket files beside the kernel's",
        "landlock",
        "place = os.path.dirname(os.path.dirname(os.getcwd()))\nfor n in range(2000):\n"
        "    with socket.socket(socket.AF_UNIX) as s: s.bind(place + '/s%d' % n)\nreturn 'made'",
    ),
    attempt(
        "close-the-runtime-folder",
        "take the grader's right to its folder",
        "seccomp, mount",
        "place = os.path.dirname(os.path.dirname(os.getcwd()))\nos.chmod(place, 0)\n"
        "return os.stat(place).st_mode & 0o777 == 0 and 'closed'",
    ),
    attempt(
        "chmod-python",
        "change the mode of the Python installation, where the user owns it",
        "seccomp, mount",
        "before = os.stat(sys.prefix)\nos.chmod(sys.prefix, before.st_mode & 0o777)\n"
        "return os.stat(sys.prefix).st_ctime_ns != before.st_ctime_ns and 'changed'",
    ),
    attempt(
        "touch-python",
        "change the time of the Python installation",
        "seccomp, mount",
        "before = os.stat(sys.prefix)\nos.utime(sys.prefix, ns=(before.st_atime_ns, before.st_mtime_ns))\n"
        "return os.stat(sys.prefix).st_ctime_ns != before.st_ctime_ns and 'changed'",
    ),
    attempt(
        "mark-python",
        "leave an extended attribute on the Python installation",
        "seccomp, mount",
        "os.setxattr(sys.prefix, 'user.grader', b'1')\nreturn 'user.grader' in os.listxattr(sys.prefix) and 'marked'",
    ),
    attempt(
        "mode-of-the-home", "open up the user's home", "mount", "os.chmod('{home}/secret.txt', 0o666)\nreturn 'changed'"
    ),
    attempt(
        "sizes-of-hidden-tests",
        "learn the sizes of hidden tests",
        "mount",
        "return os.stat('{course}/1a/test_1a.py').st_size",
    ),
    attempt(
        "setns",
        "enter another namespace",
        "seccomp, landlock",
        "return ctypes.CDLL(None).setns(os.open('/proc/1/ns/net', 0), 0) == 0 and 'entered'",
    ),
    attempt(
        "pidfd-of-the-parent",
        "take a descriptor from the parent",
        "seccomp, pid",
        "fd = os.pidfd_open(os.getppid() or 1)\nreturn ctypes.CDLL(None).syscall(438, fd, 0, 0) >= 0 and 'taken'",
    ),
    attempt(
        "memory-of-files",
        "keep 1.2 GB in files of memory",
        "seccomp, supervisor",
        "chunk, got = bytes(60 << 20), 0\nfor _ in range(20): got += os.write(os.memfd_create('x'), chunk)\nreturn got > (1 << 30) and got",
    ),
    siege(
        "memory-of-children",
        "take 500 MB in each of three children",
        "supervisor",
        "for _ in range(3):\n    if os.fork() == 0:\n        try:\n            kept = bytearray(b'x') * (500 << 20)\n"
        "            time.sleep(1.5)\n        finally: os._exit(0)\nfor _ in range(3): os.wait()\nprint('ESCAPED')\nraise RuntimeError('ESCAPED')",
    ),
]
