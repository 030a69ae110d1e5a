"""What one request asks for, and what its origin does at each attempt. The path says it, so that the origin needs to know
nothing else, and the access log names the request."""

from dataclasses import dataclass

DEEDS = (
    "answer", "answer", "answer", "answer", "answer", "early", "half-close", "silence",
    "end-before", "reset-before", "end-within-head", "reset-within-head", "end-within-body", "reset-within-body",
    "stall-within-body", "nonsense-for-head", "nonsense-in-body",
    # Of HTTP/2 only: what the version does not know is the plain end of the connection.
    "refuse", "stream-reset", "stream-reset-within-body", "goaway", "goaway-and-answer")
SIZES = (0, 0, 0, 1, 100, 100, 3000, 20_000, 90_000, 400_000)
CUTS = (1, 10, 700, 15_000)


@dataclass(frozen=True)
class Deed:
    """What an origin does with one attempt."""
    name: str
    status: int
    size: int
    """Bytes of the answer's body."""
    cut: int
    """So many of them are sent where the answer breaks off."""
    is_chunked: bool

    @property
    def text(self):
        return f"{self.name}.{self.status}.{self.size}.{self.cut}.{int(self.is_chunked)}"


@dataclass(frozen=True)
class Plan:
    number: int
    method: str
    size: int
    """Bytes of the request's body."""
    deeds: tuple
    prefix: str
    """Names the route: whether it retries, and the origin's version."""

    @property
    def path(self):
        return f"{self.prefix}/{self.number}/{self.method}.{self.size}/" + "/".join(one.text for one in self.deeds)

    @property
    def body(self):
        return content(self.number, self.size)


def content(number, size):
    """Bytes that belong to one request only."""
    text = b"%d." % number
    return (text * (size // len(text) + 1))[:size]


def invent(random, number, prefix):
    deeds = tuple(invent_deed(random) for _ in range(3))
    method = random.choice(("GET", "GET", "PUT", "POST", "HEAD"))
    size = random.choice(SIZES) if method in ("PUT", "POST") else 0
    return Plan(number, method, size, deeds, prefix)


def invent_deed(random):
    name, cut = random.choice(DEEDS), random.choice(CUTS)
    # What breaks off within the body has more of it to come.
    least = cut + 1 if name.endswith("body") else 0
    return Deed(
        name, random.choice((200, 200, 404, 503)), max(least, random.choice(SIZES)), cut, random.random() < 0.5)


def read(path):
    prefix, number, request, *deeds = path.strip("/").split("/")
    method, size = request.split(".")
    found = []
    for deed in deeds:
        name, *numbers = deed.split(".")
        status, length, cut, chunked = map(int, numbers)
        found.append(Deed(name, status, length, cut, bool(chunked)))
    return Plan(int(number), method, int(size), tuple(found), "/" + prefix)
