"""The attacks: what a participant's code tries, and what must come of it.

An `attempt` is the body of a function that returns something true if it got through; its cell then says ESCAPED or
HELD. A `forgery` is the body of get_linear_forward(x, w, b), which is not the right one: it must not earn a point. A
`siege` is cells that may end as they like, while everything else goes on. In all of them the other exercises, which are
right, keep their points. A `hand-in` is files that stand in for a notebook: they are the attacker's, whatever they hold,
and earn nothing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tests.attacks.cells import CELL_ATTACKS
from tests.attacks.objects import OBJECT_ATTACKS
from tests.sample_files import notebook, zipped

Kind = Literal["attempt", "forgery", "siege", "hand-in"]
NEXT_CELL = "\n# %%\n"
NEIGHBOUR = "neighbour"  # somebody else in the class, whose notebook is right


@dataclass(frozen=True, order=True)
class Pace:
    """Limits of time, and how many notebooks are graded at once."""

    cell_s: float
    call_s: float
    total_s: float
    at_once: int


USUAL = Pace(2, 0.5, 90, 2)
HURRIED = Pace(1, 6, 5, 1)
BRIEF = Pace(0.7, 0.2, 90, 2)  # for what uses up whatever it is given, which is as well held by less


@dataclass(frozen=True)
class Attack:
    """An attack, and what must come of it.

    Attributes:
        name: What it is called, and who it is that hands it in.
        kind: What is made of its code; see above.
        tries: What it tries.
        code: What the participant wrote. `NEXT_CELL` stands between cells.
        held_by: What holds it.
        memory_mib: The limit of memory that it is graded with.
        spoils: Whether it breaks the participant's own process, whose other exercises may then fail; they must not gain.
        is_first: Whether it stands above the right solutions.
        pace: The limits of time that it is graded with.
        without: The right exercises that are not in its notebook.
        within_s: How long the grader may take for it; what its time and a grace allow if it is 0.
        files: What is handed in, by name.
    """

    name: str
    kind: Kind
    tries: str
    code: str
    held_by: str
    memory_mib: int = 1024
    spoils: bool = False
    is_first: bool = False
    pace: Pace = USUAL
    without: tuple[str, ...] = ()
    within_s: float = 0.0
    files: Callable[[], Mapping[str, bytes]] = dict

    @property
    def group(self) -> tuple[int, Pace]:
        """Those that are graded in one run have the same."""
        return self.memory_mib, self.pace


def attempt(name: str, tries: str, held_by: str, code: str) -> Attack:
    return Attack(name, "attempt", tries, code, held_by)


def forgery(name: str, tries: str, code: str, held_by: str = "data only crosses the wall") -> Attack:
    return Attack(name, "forgery", tries, code, held_by)


def siege(name: str, tries: str, held_by: str, code: str) -> Attack:
    return Attack(name, "siege", tries, code, held_by)


def hand_in(name: str, tries: str, held_by: str, files: Callable[[], Mapping[str, bytes]]) -> Attack:
    return Attack(name, "hand-in", tries, "", held_by, files=files)


_RAW = (
    "import json\nkernel = get_ipython().kernel\nsock = kernel.connection._socket\n"
    "def raw(*message):\n    body = json.dumps(message).encode()\n    sock.sendall(len(body).to_bytes(8, 'big') + body)\n"
    "asked, long = kernel.get_parent()['header']['msg_id'], ['text', 'x' * 3_000_000]\n"
)

PEEKING = [
    attempt(
        "read-hidden-tests-by-path",
        "open a hidden test",
        "landlock, mount",
        "return open('{course}/1a/test_1a.py').read()",
    ),
    attempt(
        "read-the-reference-by-path",
        "open a reference solution",
        "landlock, mount",
        "return open('{course}/5/solution.py').read()",
    ),
    attempt("list-the-course", "list the course's folder", "landlock, mount", "return os.listdir('{course}')"),
    attempt(
        "read-the-repository",
        "open the repository's objects",
        "landlock, mount",
        "return os.listdir('{course}/../.git') or open('{course}/../.git/HEAD').read()",
    ),
    attempt(
        "read-another-submission",
        "open another participant's notebook",
        "landlock, mount",
        "return [n for n in os.listdir('{submissions}') if n.endswith('.ipynb')]",
    ),
    attempt(
        "read-the-home-folder",
        "open a secret in the user's home",
        "landlock, mount",
        "return open('{home}/secret.txt').read()",
    ),
    attempt("read-system-accounts", "open /etc/passwd", "landlock", "return open('/etc/passwd').read()"),
    attempt(
        "read-by-proc-root",
        "reach the course through /proc/PID/root",
        "landlock, pid, mount",
        "for pid in list(range(1, 60)) + [os.getppid()]:\n"
        "    try:\n        return open(f'/proc/{{pid}}/root{course}/1a/test_1a.py').read()\n    except OSError: pass",
    ),
    attempt(
        "read-environments",
        "read other processes' environment",
        "landlock, pid",
        "return [open(f'/proc/{{p}}/environ').read() for p in os.listdir('/proc') if p.isdigit()]",
    ),
    attempt(
        "read-command-lines",
        "read other processes' command lines",
        "landlock, pid",
        "return [open(f'/proc/{{p}}/cmdline').read() for p in os.listdir('/proc') if p.isdigit()]",
    ),
    attempt(
        "read-memory-of-the-parent",
        "read the parent's memory",
        "landlock, pid, user, seccomp",
        "return open(f'/proc/{{os.getppid()}}/mem', 'rb').read(1)",
    ),
    attempt("read-own-maps", "read its own memory map", "landlock", "return open('/proc/self/maps').read()"),
    attempt(
        "follow-descriptors",
        "open what inherited descriptors stand for",
        "landlock",
        "return [os.readlink(f'/proc/self/fd/{{n}}') for n in os.listdir('/proc/self/fd')]",
    ),
    attempt(
        "process-vm-readv",
        "read the parent's memory by a system call",
        "seccomp, pid, user",
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "return libc.process_vm_readv(os.getppid() or 1, None, 0, None, 0, 0) == 0 and 'read'",
    ),
    attempt(
        "look-in-modules",
        "find tests or references among the loaded modules",
        "wall between processes",
        "return [n for n in sys.modules if n.split('.')[0] in ('pytest', '_pytest', 'course') or n.rpartition('.')[2].startswith('test_')\n"
        "        or n in ('grader.course.course', 'grader.judging.suite', 'grader.judging.judge', 'grader.kernel.session')]",
    ),
    attempt(
        "import-the-graders-modules",
        "import the grader's course loader",
        "landlock",
        "import grader.course.loader, grader.course.places\nreturn grader.course.loader.load(grader.course.places.find_course())",
    ),
    attempt(
        "search-the-heap",
        "find a reference among all objects",
        "wall between processes",
        "words = 'test_many_observations', 'test_adds_the_bias', 'carried_deduction', 'typical_mistakes'\n"
        "return [w for o in gc.get_objects() for w in words if isinstance(o, dict) and w in o]",
    ),
    attempt(
        "search-strings",
        "find a hidden test's text in memory",
        "wall between processes",
        "found = []\nfor o in gc.get_objects():\n    if isinstance(o, (list, tuple)):\n"
        "        found += [s for s in o if isinstance(s, str) and ''.join(['np.rou', 'nd(rng.uni', 'form']) in s]\n"
        "return found",
    ),
    attempt(
        "climb-the-stack",
        "find a test in the frames that called it",
        "wall between processes",
        "frame, names = sys._getframe(), []\nwhile frame:\n    names.append(frame.f_code.co_filename)\n"
        "    frame = frame.f_back\nreturn [n for n in names if 'reference' in n or 'test_' in n or '_course' in n]",
    ),
    attempt(
        "read-the-environment",
        "find a secret in its own environment",
        "a short list of variables",
        "return [k for k in os.environ if 'SECRET' in k or 'TOKEN' in k or 'PYTEST' in k or k == 'GRADE_CANARY']",
    ),
]

REACHING_OUT = [
    attempt(
        "tcp-connect",
        "connect to a port of this machine",
        "net, landlock, seccomp",
        "socket.create_connection(('127.0.0.1', 47121), 0.5)\nreturn 'connected'",
    ),
    attempt(
        "tcp-listen",
        "listen on a port",
        "landlock, seccomp, net",
        "s = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\nreturn 'listening'",
    ),
    attempt(
        "udp-send",
        "send a datagram",
        "net, seccomp",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 47122))\nreturn 'sent'",
    ),
    attempt(
        "raw-socket",
        "open a raw socket",
        "user, seccomp",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\nreturn 'opened'",
    ),
    attempt(
        "netlink-socket",
        "talk to the kernel's network layer",
        "seccomp",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\nreturn 'opened'",
    ),
    attempt(
        "abstract-socket",
        "connect to an abstract socket",
        "net, landlock",
        "s = socket.socket(socket.AF_UNIX)\ns.connect('\\0grader-attack')\nreturn 'connected'",
    ),
    attempt(
        "unix-socket",
        "connect to a socket in the submissions' folder",
        "mount",
        "s = socket.socket(socket.AF_UNIX)\ns.connect('{tmp}/listener')\nreturn 'connected'",
    ),
    attempt(
        "shared-memory",
        "attach a shared memory segment of this machine",
        "ipc",
        "return ctypes.CDLL(None).shmget(0x67726164, 0, 0) >= 0 and 'attached'",
    ),
    attempt(
        "execute-a-program",
        "run a program",
        "landlock, seccomp",
        "import subprocess\nreturn subprocess.run(['/bin/echo', 'hello'], capture_output=True).stdout",
    ),
    attempt(
        "execute-itself",
        "run Python anew",
        "landlock, seccomp",
        "import subprocess\nreturn subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout",
    ),
    attempt("ptrace", "trace a process", "seccomp", "return ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0 and 'traced'"),
    attempt(
        "mount",
        "mount a file system",
        "landlock, seccomp, user",
        "libc = ctypes.CDLL(None)\nreturn libc.mount(b'proc', b'/proc', b'proc', 0, None) == 0 and 'mounted'",
    ),
    attempt(
        "unshare",
        "make namespaces of its own",
        "seccomp",
        "return ctypes.CDLL(None).unshare(0x10000000) == 0 and 'unshared'",
    ),
    attempt(
        "capabilities",
        "hold a capability",
        "user",
        "head, data = struct.pack('Ii', 0x20080522, 0), ctypes.create_string_buffer(24)\n"
        "ctypes.CDLL(None).capget(head, data)\nreturn struct.unpack('6I', data.raw)[0] and 'holds some'",
    ),
    attempt("be-root", "be root after all", "user", "os.setuid(0)\nreturn os.getuid() == 0 and {root} and 'root'"),
    attempt(
        "signal-the-parent",
        "signal its parent",
        "pid, landlock, user",
        "os.kill(os.getppid(), 0)\nreturn os.getppid() and 'signalled'",
    ),
]

WRITING = [
    attempt(
        "write-beside-the-submission",
        "write into the submissions' folder",
        "landlock, mount",
        "open('{submissions}/planted.txt', 'w').write('x')\nreturn not os.path.exists('/tmp/never') and 'written'",
    ),
    attempt(
        "write-the-gradebook",
        "write into the results' folder",
        "landlock, mount",
        "os.makedirs('{tmp}/results', exist_ok=True)\nopen('{tmp}/results/gradebook.csv', 'a').write('x')\n"
        "return 'written'",
    ),
    attempt(
        "write-to-the-course",
        "change a hidden test",
        "landlock, mount, user",
        "open('{course}/1a/test_1a.py', 'a').write('')\nreturn 'written'",
    ),
    attempt(
        "write-to-python",
        "change a library",
        "landlock, user",
        "import numpy\nopen(numpy.__file__, 'a').write('')\nreturn 'written'",
    ),
    attempt(
        "write-to-tmp",
        "leave a file in the temporary folder",
        "landlock",
        "open('/tmp/grader-attack', 'w').write('x')\nreturn 'written'",
    ),
    attempt(
        "write-to-shared-memory",
        "leave a file in /dev/shm",
        "landlock",
        "open('/dev/shm/grader-attack', 'w').write('x')\nreturn 'written'",
    ),
    attempt(
        "large-file",
        "write 500 MB",
        "rlimits, mount",
        "with open('big', 'wb') as f:\n    for _ in range(500):\n        f.write(bytes(1 << 20))\nreturn 'written'",
    ),
    attempt(
        "many-large-files",
        "write 100 MB in files of 20 MB",
        "mount",
        "for n in range(5):\n    with open(f'big{{n}}', 'wb') as f:\n        for _ in range(20):\n"
        "            f.write(bytes(1 << 20))\nreturn 'written'",
    ),
    attempt(
        "many-small-files",
        "make 20000 files",
        "mount",
        "for n in range(20000):\n    open(f'f{{n}}', 'w').close()\nreturn 'made'",
    ),
    attempt(
        "device-file",
        "make a device file",
        "user, landlock",
        "os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(254, 0))\nreturn 'made'",
    ),
    attempt("too-much-memory", "take 4 GiB", "rlimits", "import numpy as np\nreturn np.empty(4 << 30, 'u1').nbytes"),
    attempt(
        "many-open-files",
        "open 2000 files",
        "rlimits",
        "files = [open(os.devnull) for _ in range(2000)]\nreturn 'opened'",
    ),
]

TAMPERING = [
    attempt(
        "sockets-without-end",
        "make sockets in the folder of the kernel's own, which no limit counts",
        "landlock, seccomp",
        "import socket\nfolder = {runtime}\n"
        "for n in range(1000): socket.socket(socket.AF_UNIX).bind(f'{{folder}}/{{n}}')\nreturn 'made'",
    ),
    attempt(
        "close-the-runtime-folder",
        "take away the rights to the kernel's folder, so that it can't be removed",
        "seccomp",
        "folder = {runtime}\nos.chmod(folder, 0)\nreturn os.stat(folder).st_mode & 0o777 == 0 and 'closed'",
    ),
    attempt(
        "close-the-python-installation",
        "take away the rights to Python's folder",
        "mount, user, seccomp",
        "os.chmod(sys.prefix, 0)\nreturn os.stat(sys.prefix).st_mode & 0o777 == 0 and 'closed'",
    ),
    attempt(
        "date-the-python-installation",
        "change the times of Python's folder",
        "mount, user, seccomp",
        "os.utime(sys.prefix, (1, 1))\nreturn os.stat(sys.prefix).st_mtime == 1 and 'changed'",
    ),
    attempt(
        "outlive-the-parent",
        "forget the signal that comes when the parent dies",
        "seccomp",
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.prctl(1, 0, 0, 0, 0): raise OSError(ctypes.get_errno(), 'prctl')\nreturn 'forgotten'",
    ),
    attempt(
        "memory-without-a-name",
        "take memory that no limit of a process counts",
        "seccomp",
        "return os.memfd_create('x')",
    ),
]

HOARDING = [
    attempt(
        "memory-given-back",
        "fill shared memory and give it back, so that no process is seen to hold it",
        "seccomp",
        "import mmap\nheld = mmap.mmap(-1, 16 << 20)\nheld[:] = b'x' * (16 << 20)\nheld.madvise(mmap.MADV_DONTNEED)\n"
        "return held[8 << 20] == ord('x') and 'kept'",
    ),
    attempt(
        "memory-of-one-page",
        "fill shared memory and unmap all but a page, which keeps the rest",
        "seccomp",
        "libc = ctypes.CDLL(None, use_errno=True)\nlibc.mmap.restype = ctypes.c_size_t\n"
        "at = libc.mmap(None, ctypes.c_size_t(16 << 20), 3, 0x21, -1, ctypes.c_size_t(0))\n"
        "if at == 2**64 - 1: raise OSError(ctypes.get_errno(), 'mmap')\n"
        "ctypes.memset(ctypes.c_void_p(at), 1, 16 << 20)\n"
        "return libc.munmap(ctypes.c_void_p(at + 4096), ctypes.c_size_t((16 << 20) - 4096)) == 0 and 'kept'",
    ),
    attempt(
        "memory-in-a-pipe",
        "give pages to a pipe, and unmap them",
        "seccomp",
        "import mmap\npage = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE)\nr, w = os.pipe()\n"
        "class Vector(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]\n"
        "vector = Vector(ctypes.addressof(ctypes.c_char.from_buffer(page)), 4096)\n"
        "return ctypes.CDLL(None).vmsplice(w, ctypes.byref(vector), ctypes.c_ulong(1), 0) == 4096 and 'given'",
    ),
    attempt(
        "memory-of-a-file-that-is-gone",
        "keep a file's pages in a pipe when the file is cut off",
        "seccomp",
        "r, w = os.pipe()\nwith open('page', 'wb+') as file:\n    file.write(bytes(65536))\n    file.flush()\n"
        "    size = ctypes.CDLL(None).splice(file.fileno(), ctypes.byref(ctypes.c_longlong(0)), w, None, 65536, 0)\n"
        "    file.truncate(0)\nreturn size > 0 and os.read(r, 10)",
    ),
    attempt(
        "wider-pipes",
        "make a pipe that holds sixteen times as much",
        "seccomp",
        "import fcntl\nr, w = os.pipe()\nreturn fcntl.fcntl(w, 1031, 1 << 20) >= 1 << 20 and 'widened'",
    ),
    attempt(
        "wider-sockets",
        "make a socket that holds more",
        "seccomp",
        "a, b = socket.socketpair()\na.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)\n"
        "return a.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) > 212992 and 'widened'",
    ),
    attempt(
        "sockets-on-their-way",
        "send full sockets over a socket and close them, so that no process has them open",
        "seccomp",
        "a, b = socket.socketpair()\nc, d = socket.socketpair()\nc.send(bytes(100000))\n"
        "socket.send_fds(a, [b'x'], [c.fileno(), d.fileno()])\nreturn 'sent'",
    ),
    attempt(
        "more-waiting-connections",
        "let connections wait at a socket that is open already, each full",
        "seccomp",
        "for name in range(3, 64):\n"
        "    try: listening = socket.socket(fileno=os.dup(name))\n    except OSError: continue\n"
        "    try:\n        listening.listen(4096)\n        return 'waiting'\n    except OSError: pass",
    ),
    attempt(
        "locks-without-end",
        "lock parts of a file, each of which takes memory of the system's",
        "seccomp",
        "import fcntl\nwith open('locked', 'wb') as file:\n    fcntl.lockf(file, fcntl.LOCK_EX, 1)\n"
        "    if (pid := os.fork()) == 0:\n        try: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)\n"
        "        except OSError: os._exit(1)\n        os._exit(0)\n"
        "    return os.waitpid(pid, 0)[1] and 'locked'",
    ),
    attempt(
        "watches-without-end",
        "watch folders, with a queue of events that takes memory of the system's",
        "seccomp",
        "return ctypes.CDLL(None).inotify_init1(0) >= 0 and 'watching'",
    ),
    attempt(
        "rules-without-end",
        "make rules of Landlock's, each of which takes memory of the system's",
        "seccomp",
        "return ctypes.CDLL(None).syscall(444, struct.pack('QQ', 1, 0), 16, 0) >= 0 and 'made'",
    ),
    attempt(
        "secret-memory",
        "take memory that nobody else can see",
        "seccomp",
        "return ctypes.CDLL(None).syscall(447, 0) >= 0 and 'taken'",
    ),
    attempt(
        "list-the-mounts",
        "list what is mounted, past /proc",
        "seccomp",
        "ids = (ctypes.c_uint64 * 100)()\n"
        "return ctypes.CDLL(None).syscall(458, struct.pack('IIQQ', 24, 0, 2**64 - 1, 0), ids, 100, 0) > 0 and ids[0]",
    ),
    attempt(
        "look-at-a-mount",
        "look at what is mounted, past /proc",
        "seccomp",
        "libc, ids = ctypes.CDLL(None), (ctypes.c_uint64 * 100)()\nfound = ctypes.create_string_buffer(4096)\n"
        "mount = os.open('.', os.O_RDONLY)\nstatus = ctypes.create_string_buffer(256)\n"
        "libc.statx(mount, b'', 0x1000, 0x4000, status)\n"
        "id = struct.unpack_from('Q', status.raw, 0x90)[0]\n"
        "return libc.syscall(457, struct.pack('IIQQ', 24, 0, id, 1), found, 4096, 0) == 0 and id",
    ),
]

FORGING = [
    forgery(
        "equals-everything",
        "return a float that equals everything",
        "class F(float):\n    __eq__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n    __hash__ = None\nreturn F(0)",
    ),
    forgery(
        "array-that-equals",
        "return an array whose comparisons are true",
        "class A(np.ndarray):\n    def __eq__(s, o): return True\n"
        "    def __array_ufunc__(s, *a, **k): return np.True_\nreturn np.zeros(np.shape(x)).view(A)",
    ),
    forgery(
        "lying-array-protocol",
        "lie in __array__",
        "class A:\n    def __array__(s, *a, **k): raise KeyboardInterrupt\nreturn A()",
    ),
    forgery("lying-float", "lie in __float__", "class A:\n    def __float__(s): return float(np.mean(x))\nreturn A()"),
    forgery("lying-class", "lie in __class__", "class A:\n    __class__ = np.ndarray\nreturn A()"),
    forgery(
        "lying-reduce",
        "hope for unpickling",
        "class A:\n    def __reduce__(s): return (print, ('unpickled',))\nreturn A()",
    ),
    forgery(
        "lying-iter",
        "lie in __iter__ and __len__",
        "class A(list):\n    def __iter__(s): return iter([])\n    def __len__(s): return 10**18\nreturn A([1])",
    ),
    forgery(
        "endless-iter",
        "iterate for ever",
        "class A(list):\n    def __iter__(s):\n        while True: yield 1\nreturn A([1])",
    ),
    forgery("nan", "return nan", "return np.full(np.shape(x), np.nan)"),
    forgery("inf", "return inf", "return np.full(np.shape(x), np.inf)"),
    forgery("object-array", "return an object array", "return np.array([object()] * len(x), dtype=object)"),
    forgery("list-in-itself", "return a list that holds itself", "a = []\na.append(a)\nreturn a"),
    forgery("deep-nest", "return a nest a million deep", "a = []\nfor _ in range(10**6): a = [a]\nreturn a"),
    forgery("huge-array", "return 1 GiB", "return np.zeros(1 << 27)"),
    forgery("huge-int", "return an int of a million digits", "return 10 ** 10**6"),
    forgery("huge-text", "return 300 MB of text", "return 'x' * (300 << 20)"),
    forgery("structured-array", "return a structured array", "return np.zeros(len(x), dtype=[('a', 'f8')])"),
    forgery("text-that-looks-like-numbers", "return numbers as text", "return [str(v) for v in w * x + b]"),
    forgery("huge-exception", "raise with 100 MB of text", "raise ValueError('x' * (100 << 20))"),
    forgery(
        "exception-that-raises",
        "raise what can't be printed",
        "class E(Exception):\n    def __str__(s): raise E()\nraise E()",
    ),
    forgery(
        "slide-numbers-only",
        "know only the slide's numbers",
        "return w * x + b if list(x) == [1, 2, 3] and (w, b) == (3, 2) else x",
    ),
    forgery(
        "count-the-calls",
        "behave only at first",
        "global calls\ncalls = globals().get('calls', 0) + 1\nreturn w * x + b if calls < 2 else x * 0",
    ),
    forgery(
        "look-who-calls",
        "behave only when the grader does not look",
        "import sys\nf, seen = sys._getframe(), False\nwhile f:\n"
        "    seen = seen or 'grader' in f.f_code.co_filename\n    f = f.f_back\nreturn x if seen else w * x + b",
    ),
    forgery(
        "patch-numpy",
        "patch numpy's comparisons",
        "np.isclose = np.allclose = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\nreturn x",
    ),
    forgery(
        "patch-builtins",
        "patch builtins",
        "import builtins\nbuiltins.abs = lambda v: 0\nbuiltins.all = lambda v: True\nreturn x * 0",
    ),
    forgery(
        "patch-the-agent",
        "patch the agent and its wire format",
        "import grader.kernel.inside.agent, grader.kernel.protocol.values\n"
        "grader.kernel.inside.agent.encode = lambda v: grader.kernel.protocol.values.Nothing()\nreturn x * 0",
    ),
    forgery(
        "patch-json",
        "patch json and msgspec",
        "import json, msgspec\njson.dumps = lambda *a, **k: '{}'\nmsgspec.json.encode = lambda m: b'{}'\nreturn x * 0",
        "a reply that breaks the schema",
    ),
    forgery(
        "write-to-every-descriptor",
        "write garbage to every open descriptor",
        "import os\nfor n in range(3, 64):\n    try: os.write(n, b'\\0' * 8 + b'garbage')\n    except OSError: pass\nreturn x * 0",
        "a reply that breaks the schema",
    ),
    forgery(
        "forged-frames",
        "write forged outcomes to every socket",
        'import os, struct\nbody = b\'["outcome",1,["none"],"",false]\'\n'
        "for n in range(3, 64):\n    try: os.write(n, struct.pack('>Q', len(body)) + body)\n    except OSError: pass\nreturn x * 0",
    ),
    replace(
        forgery(
            "tags-last",
            "write answers in which each tag stands last, so that reading them takes long",
            "import os, struct\ninner = b'[' + b'1,' * (1 << 20) + b'1]'\n"
            'for _ in range(200): inner = b\'{"items":[\' + inner + b\'],"kind":"list","t":"items"}\'\n'
            'body = b\'{"number":1,"result":\' + inner + b\',"printed":"","cut":false,"t":"outcome"}\'\n'
            "for n in range(3, 64):\n    try: os.write(n, struct.pack('>Q', len(body)) + body)\n    except OSError: pass\nreturn x * 0",
            "a message is a list, and its tag comes first",
        ),
        within_s=25.0,
    ),
    forgery(
        "huge-and-empty",
        "return an array that holds nothing and is too large to compute with",
        "return np.zeros((2**63 - 1, 0), np.int8)",
        "what breaks the look at an answer is that check's failure",
    ),
    forgery(
        "huge-frame",
        "announce a frame of 8 EiB",
        "import os, struct\nfor n in range(3, 64):\n    try: os.write(n, struct.pack('>Q', 2**63 - 1))\n    except OSError: pass\nreturn x * 0",
        "frames are bounded",
    ),
    forgery("close-every-descriptor", "close every descriptor", "import os\nos.closerange(3, 256)\nreturn x * 0"),
    forgery("die-in-the-call", "os._exit(0) in the call", "import os\nos._exit(0)"),
    forgery("exit-in-the-call", "sys.exit(0) in the call", "import sys\nsys.exit(0)"),
    forgery("stop-itself", "SIGSTOP to itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nreturn x"),
    forgery("recursion", "recurse for ever", "return get_linear_forward(x, w, b)"),
    forgery(
        "recursion-in-c",
        "recurse for ever in C",
        "import sys\nsys.setrecursionlimit(10**9)\nreturn get_linear_forward(x, w, b)",
    ),
    forgery("sleep", "sleep", "import time\ntime.sleep(1000)"),
    forgery("endless-print", "print for ever in the call", "while True: print('x' * 10000)"),
    forgery("patch-time", "stop the clock", "import time\ntime.monotonic = time.time = lambda: 0\nwhile True: pass"),
]

_FILL = (
    "held = []\nwhile True:\n    try: pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
    "    except OSError: break\n    held += pair\n    for end in pair:\n        end.setblocking(False)\n"
    "        try:\n            while True: end.send(bytes(200000))\n        except OSError: pass\n"
    "time.sleep(1)\nraise RuntimeError('ESCAPED')"
)
BESIEGING = [
    replace(
        siege(
            "full-sockets-of-many",
            "fill the sockets of four processes with more than all memory that they may take",
            "memory",
            "os.fork()\nos.fork()\n" + _FILL,
        ),
        memory_mib=256,
    ),
    replace(
        siege(
            "full-sockets-of-a-daemon",
            "the same in one process that has left its parent",
            "memory",
            "for _ in range(3):\n    if os.fork(): continue\n    os.setsid()\n    if os.fork(): os._exit(0)\n    break\n"
            + _FILL,
        ),
        memory_mib=256,
    ),
    siege("os-exit", "os._exit(0) in a cell", "the kernel is started again without the cell", "os._exit(0)"),
    siege("kill-itself", "SIGKILL to itself", "pid", "os.kill(os.getpid(), 9)"),
    siege("kill-its-group", "SIGKILL to its group", "pid, a session of its own", "os.killpg(0, 9)"),
    siege("kill-everybody", "SIGKILL to all", "pid, landlock, user", "os.kill(-1, 9)"),
    siege("kill-the-parent", "SIGKILL to its parent", "pid, landlock, user", "os.kill(os.getppid(), 9)"),
    siege("stop-the-parent", "SIGSTOP to its parent", "pid, landlock, user", "os.kill(os.getppid(), 19)"),
    siege(
        "ignore-signals",
        "ignore SIGINT and SIGTERM, and loop",
        "kill",
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
    ),
    siege(
        "catch-everything",
        "catch everything, and loop",
        "kill",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    ),
    siege(
        "many-processes",
        "fork 200 processes",
        "rlimits, memory",
        "made = []\ntry:\n    for _ in range(200):\n        pid = os.fork()\n        if pid == 0:\n"
        "            time.sleep(3)\n            os._exit(0)\n        made.append(pid)\n"
        "finally:\n    for pid in made:\n        os.kill(pid, 9)\nif len(made) >= 200: raise RuntimeError('ESCAPED')",
    ),
    siege(
        "fork-bomb",
        "fork without end (bounded)",
        "rlimits, pid",
        "end = time.time() + 5\nwhile time.time() < end:\n    try: os.fork()\n    except OSError: time.sleep(0.01)",
    ),
    siege(
        "thread-bomb",
        "start threads without end",
        "rlimits",
        "import threading\nwhile True: threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
    ),
    siege(
        "daemon",
        "leave a daemon with a session of its own",
        "supervisor, pid",
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(300)\n    os._exit(0)",
    ),
    siege(
        "memory-of-many",
        "take more memory in three processes than one may",
        "memory",
        "os.fork()\nos.fork()\nheld = np.ones(60 << 20)\ntime.sleep(1.5)\nraise RuntimeError('ESCAPED')",
    ),
    siege(
        "shared-memory-of-many",
        "the same with memory that they share by name of nothing",
        "seccomp, memory",
        "import mmap\nos.fork()\nheld = mmap.mmap(-1, 600 << 20)\nfor at in range(0, 600 << 20, 4096): held[at] = 1\n"
        "time.sleep(1.5)\nraise RuntimeError('ESCAPED')",
    ),
    siege("flood-of-output", "print without end", "a cap on what is kept", "while True: print('x' * 100000)"),
    siege(
        "flood-of-displays",
        "display without end",
        "a cap on what is kept",
        "from IPython.display import display\nwhile True: display({{'text/plain': 'x' * 10000}}, raw=True)",
    ),
    siege(
        "raw-output",
        "write raw to the standard descriptors",
        "no descriptor of the grader's is open",
        "end = time.time() + 1\nwhile time.time() < end: os.write(1, b'x' * 65536)",
    ),
    siege("one-huge-message", "print 200 MB at once", "a cap on what is kept", "print('x' * (200 << 20))"),
    siege(
        "long-error-text",
        "fail with a message of 40 MB, which is more than a connection takes",
        "cut inside the kernel",
        "raise ValueError('ż' * (20 << 20))",
    ),
    siege(
        "large-displays",
        "show 20 MB each as text, a page, a picture, JSON and a widget's data",
        "cut inside the kernel",
        "from IPython.display import HTML, Image, JSON, display\nfrom comm import create_comm\n"
        "create_comm(target_name='x', data={{'a': 'b' * (20 << 20)}}, buffers=[bytes(20 << 20)])\n"
        "display(HTML('x' * (20 << 20)), Image(data=bytes(20 << 20), format='png'), JSON({{'x': 'x' * (20 << 20)}}))\n"
        "'x' * (20 << 20)",
    ),
    siege(
        "lose-the-connection",
        "send raw what ends the connection over which cells run",
        "a lost connection is noticed",
        _RAW + "sock.sendall((40 << 20).to_bytes(8, 'big') + bytes(40 << 20))",
    ),
    siege(
        "close-the-connection",
        "close the connection over which cells run, and run on",
        "a lost connection is noticed",
        _RAW + "sock.close()\nwhile True: pass",
    ),
    attempt(
        "lose-the-reply",
        "leave no stream to print to, so that the kernel breaks and seems to run on",
        "a reply always goes out",
        "sys.stdout = sys.stderr = None\nreturn None",
    ),
    siege(
        "flood-the-outputs",
        "send raw more outputs than can be read, without end",
        "the cell's time ends it",
        _RAW + "while True: raw('shown', asked, long)",
    ),
    siege(
        "flood-the-answers",
        "send raw more answers than can be read, without end",
        "the cell's time ends it",
        _RAW + "while True: raw('ran', 'another', [long], None)",
    ),
    siege(
        "endless-message",
        "send raw one message a byte at a time, as long as one may be",
        "the cell's time ends it",
        _RAW + "sock.sendall((30 << 20).to_bytes(8, 'big'))\nwhile True: sock.sendall(b'[')",
    ),
    siege(
        "deep-folders",
        "make folders three thousand deep",
        "mount",
        "for _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')",
    ),
    siege(
        "links-and-pipes",
        "leave links and pipes for the grader to follow",
        "nobody looks in there",
        "os.symlink('/etc/passwd', 'link')\nos.mkfifo('pipe')\nos.symlink('/', 'root')",
    ),
    siege(
        "patch-ipython",
        "break IPython's hooks",
        "a check without a verdict earns nothing",
        "shell = get_ipython()\nshell.events.callbacks = {{}}\nshell.run_cell = lambda *a, **k: None",
    ),
    siege(
        "break-display",
        "break the display machinery",
        "fail closed",
        "sys.displayhook = sys.excepthook = None\nget_ipython().display_pub = None",
    ),
    siege(
        "delete-builtins", "delete builtins", "fail closed", "import builtins\ndel builtins.__import__, builtins.print"
    ),
    siege(
        "trace-everything",
        "trace every call",
        "fail closed",
        "sys.settrace(lambda *a: None)\nimport threading\nthreading.settrace(lambda *a: None)",
    ),
]

_WRONG = notebook("def get_linear_forward(x, w, b):\n    return 0")
_WHOSE = "what lies in a folder is its owner's, whatever names are inside"
_BLANKS_MIB = 100
HANDING_IN = [
    hand_in(
        "anothers-notebook-in-a-zip",
        "overwrite somebody's grade by a notebook of their name in the own archive",
        _WHOSE,
        lambda: {
            "anothers-notebook-in-a-zip.zip": zipped(
                {f"{NEIGHBOUR}.ipynb": _WRONG, f"{NEIGHBOUR}/{NEIGHBOUR}.ipynb": _WRONG, "phantom/1a.ipynb": _WRONG}
            )
        },
    ),
    hand_in(
        "names-of-platforms-in-a-zip",
        "the same by names that learning platforms give, and a list of participants",
        _WHOSE,
        lambda: {
            "names-of-platforms-in-a-zip.zip": zipped(
                {
                    f"{NEIGHBOUR}_7_assignsubmission_file_/x.ipynb": _WRONG,
                    f"{NEIGHBOUR}_12_345_x.ipynb": _WRONG,
                    "roster.csv": f"name,id\nphantom,1\n{NEIGHBOUR},2\n",
                }
            )
        },
    ),
    replace(
        hand_in(
            "blanks-for-notebooks",
            f"make the grader read {_BLANKS_MIB} MB of blanks for each of many notebooks in a small archive",
            "all that is read of a hand-in has one limit of bytes, and of time",
            lambda: {"blanks-for-notebooks.zip": _blanks_zipped(8)},
        ),
        pace=HURRIED,
    ),
]


def _blanks_zipped(count: int) -> bytes:
    """A small archive with so many notebooks of blanks."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for number in range(count):
            made.writestr(f"{number}.ipynb", b" " * (_BLANKS_MIB << 20))
    return data.getvalue()


_LATER = "if int({runtime}.rpartition('-')[2]) > 2: time.sleep(0.9)"  # the kernels of a grader are numbered
STALLING = [
    replace(attack, pace=HURRIED, spoils=True)
    for attack in (
        siege(
            "a-late-sleep",
            "sleep in many cells, but only when they run again in a new kernel",
            "running cells again is part of the notebook's time",
            NEXT_CELL.join([*[_LATER] * 40, *["os._exit(0)"] * 3, "x = 1"]),
        ),
        replace(
            siege(
                "almost-too-slow",
                "take almost as long as a call may take, in each of many calls",
                "all calls are part of the notebook's time",
                "def get_linear_forward(x, w, b):\n    time.sleep(5)\n    return w * x + b",
            ),
            within_s=15.0,
        ),
        siege(
            "compare-names",
            "misspell long names so that finding what was meant takes the grader minutes",
            "few names are compared letter by letter, and no long ones",
            NEXT_CELL.join(
                [
                    "".join(f"{'ab' * 95}{number} = 1\n" for number in range(1500)),
                    *["a" * 100 + "b" * 99 + f"\nx = {number}" for number in range(12)],
                ]
            ),
        ),
    )
] + [
    replace(
        siege(
            "await-above-all",
            "await at top level, so that the kernel breaks and the cells below have no time",
            "a reply always goes out",
            NEXT_CELL.join(["import asyncio\nawait asyncio.sleep(0)"] * 8),
        ),
        is_first=True,
        pace=HURRIED,
    )
]
_SPOIL = {
    "full-sockets-of-a-daemon",
    "full-sockets-of-many",
    "memory-of-many",
    "shared-memory-of-many",
    "patch-the-agent",
    "patch-json",
    "patch-ipython",
    "break-display",
    "delete-builtins",
    "patch-builtins",
}
_WASTEFUL = {
    "endless-iter",
    "huge-int",
    "deep-nest",
    "huge-exception",
    "recursion-in-c",
    "sleep",
    "endless-print",
    "patch-time",
    "ignore-signals",
    "catch-everything",
    "flood-of-output",
    "flood-of-displays",
    "close-the-connection",
    "flood-the-outputs",
    "flood-the-answers",
    "endless-message",
}
# Exercises 2 and 5 call 1a many times, each time as slowly: "sleep", "patch-time" and "huge-text" hold what becomes of them.
_SLOW_TO_CALL = {"huge-int", "deep-nest", "huge-exception", "recursion-in-c", "endless-print"}
ATTACKS = [
    replace(
        attack,
        spoils=attack.spoils or attack.name in _SPOIL,
        pace=BRIEF if attack.name in _WASTEFUL else attack.pace,
        without=("2", "5") if attack.name in _SLOW_TO_CALL else (),
    )
    for attack in [
        *PEEKING, *REACHING_OUT, *WRITING, *TAMPERING, *HOARDING, *FORGING, *BESIEGING, *STALLING, *HANDING_IN,
    ]
]  # fmt: skip


def own(attack: Attack) -> str:
    return ", its own affair" if attack.spoils else ""


def render() -> str:
    """The table for the docs."""
    kinds = {
        "attempt": "it says HELD itself",
        "forgery": "earns no point",
        "siege": "all else goes on",
        "hand-in": "nobody else is touched",
    }
    rows = [
        f"| {attack.name} | {attack.tries} | {kinds[attack.kind]}{own(attack)} | {attack.held_by} |".replace(
            "\\", "\\\\"
        )
        for attack in ATTACKS
    ]
    objects = [f"| {one.name} | {one.tries} | {one.held_by} |" for one in OBJECT_ATTACKS]
    cells = [f"| {one.name} | {one.tries} | {one.held_by} |" for one in CELL_ATTACKS]
    return "\n".join([HEAD, *rows, OBJECTS_HEAD, *objects, CELLS_HEAD, *cells, ""])


HEAD = """# The attacks that the grader is tested with

Made from `tests/attacks/table.py` by `python -m tests.attacks.table > docs/attacks.md`; a test holds the two together.
Each is a notebook, or files in the place of one, that is graded by the real command, as root and as an unprivileged
user, inside a cage that would keep what gets through. The other exercises of the notebook, which are right, keep their
points, unless what comes of it is said to be its own affair: code that rewrites its own Python, leaves copies of its own
process at the same sockets or uses up its own time may lose them. No grade takes longer than its time, a right notebook
beside it keeps all its points, and nobody appears who handed in nothing. No listener of the test is reached, and no
process, socket or file is left. For each wall a test switches it off and sees an attack escape.

| attack | what it tries | what comes of it | what holds it |
|---|---|---|---|"""


OBJECTS_HEAD = """
## On a hidden test that looks at objects

Made from `tests/attacks/objects.py`. Each is a cell of a notebook beside a hidden test that is right for an honest one;
the test must not come to its end, and the notebook's code must not see what is expected. For each a test takes the rule
away and sees the attack get through.

| attack | what it tries | the rule that holds it |
|---|---|---|"""


CELLS_HEAD = """
## On the test cells of an assignment

Made from `tests/attacks/cells.py`. Each is a notebook with wrong answers to an assignment in nbgrader's form. It earns
nothing, and finds nothing of what the hidden tests expect. Of those that want points, a test runs the same tests in the
notebook, as nbgrader does, and sees the attack get through.

| attack | what it tries | the rule that holds it |
|---|---|---|"""


if __name__ == "__main__":
    print(render(), end="")
