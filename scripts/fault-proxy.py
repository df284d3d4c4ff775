#!/usr/bin/env python3
"""A reverse proxy in front of Kubernetes API servers that fails at a chosen call.

It ends TLS with a certificate of its own, speaks HTTP/1.1 to both sides, and passes everything on as it is: watches
piece by piece, other answers when they are whole. Every mutating call is numbered in the order of arrival (dry runs,
Leases, Events and reviews are left out) and reported with what came of it. At the chosen call the process that sent
it is killed or stopped, or just kept waiting: before the call is forwarded, after the server has committed it but before
the answer goes back, or after the answer.

Needs Linux and nothing but the standard library. It serves tests: it trusts its caller.

Input, one JSON object a line; the process ends with its input:
  {"certificate": PATH, "key": PATH, "clusters": {NAME: {"port": PORT, "authority": PATH}, ...}}    first of all
  {"do": "process", "name": NAME, "pid": PID}    a process whose calls are attributed to NAME, and which may be struck
  {"do": "count"}                                the next call is number 1; no fault is planned any more
  {"do": "plan", "call": K or {FIELD: VALUE, ...} of the event "call" and its object, "when": "before" | "committed" | "after", "act": "kill" | "stop" | "hold"}
  {"do": "resume", "process": NAME}              a stopped process goes on, and its call that was held
  {"do": "cut", "cluster": NAME}                 the cluster does not answer any more: connections are reset
  {"do": "mend", "cluster": NAME}
  {"do": "echo", "text": TEXT}                   comes back as an event, after the events of all that was done before
Output, one JSON object a line, "event" is one of:
  listening   ports: {NAME: PORT}
  call        number, process, cluster, method, path, object: {resource, namespace, name, subresource}
  reply       number, status, and of the stored object uid, version, name
  struck      number, when, act, process, pid: the signal has been sent
  echo        text
"""

import asyncio
import fcntl
import json
import os
import signal
import ssl
import struct
import sys
import termios
from urllib.parse import parse_qs, unquote, urlsplit

MUTATING = {"POST", "PUT", "PATCH", "DELETE"}
# Time that a process has for an answer that was given to it before it is killed: enough to read it.
AFTER = 0.005
HEAD_LIMIT = 1 << 20


def say(event, **fields):
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


class Gone(Exception):
    """One of the two sides is gone; nothing more is to be done on this connection."""


class Message:
    """Head and body of a request or an answer."""

    def __init__(self, head):
        self.lines = head.split(b"\r\n")
        self.body = b""

    def header(self, name):
        wanted = name.lower().encode()
        for line in self.lines[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == wanted:
                return value.strip().decode("latin-1")
        return None

    def drop(self, *names):
        gone = {name.lower().encode() for name in names}
        self.lines[1:] = [line for line in self.lines[1:] if line.partition(b":")[0].strip().lower() not in gone]

    def head(self):
        return b"\r\n".join(self.lines) + b"\r\n\r\n"

    @property
    def is_chunked(self):
        return (self.header("transfer-encoding") or "").lower() == "chunked"


async def read_head(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    return Message(head[:-4])


async def chunks(reader):
    """The raw pieces of a chunked body, with their framing, up to and including its end."""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if size > 0:
            yield line + await reader.readexactly(size + 2)
            continue
        trailer = line
        while True:
            line = await reader.readuntil(b"\r\n")
            trailer += line
            if line == b"\r\n":
                yield trailer
                return


def plain(raw):
    """The content of a whole chunked body."""
    content, position = b"", 0
    while True:
        end = raw.index(b"\r\n", position)
        size = int(raw[position:end].split(b";")[0], 16)
        if size == 0:
            return content
        content += raw[end + 2 : end + 2 + size]
        position = end + 2 + size + 2


class Call:
    """A numbered mutating call."""

    def __init__(self, number, cluster, method, target, process, body):
        self.number, self.process = number, process
        path = urlsplit(target).path
        self.fields = {
            "number": number, "process": process and process.name, "cluster": cluster, "method": method,
            "path": path, "object": named(path, body),
        }  # fmt: skip


def named(path, body):
    """Which object a path is about; the name of a created one is in the body."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    parts = parts[2:] if parts[0] == "api" else parts[3:]
    named = {"resource": "", "namespace": "", "name": "", "subresource": ""}
    if len(parts) > 2 and parts[0] == "namespaces":
        named["namespace"] = parts[1]
        parts = parts[2:]
    for key, part in zip(("resource", "name", "subresource"), parts):
        named[key] = part
    if not named["name"]:
        try:
            named["name"] = json.loads(body)["metadata"]["name"]
        except (ValueError, KeyError, TypeError):
            pass
    return named


def is_numbered(method, target):
    if method not in MUTATING:
        return False
    url = urlsplit(target)
    if parse_qs(url.query).get("dryRun"):
        return False
    resource = named(url.path, b"")["resource"]
    # MemberClusters are written once for all stories (finalizer) and when their health changes, not by a story.
    return resource not in ("leases", "events", "memberclusters") and not resource.endswith("reviews")


class Process:
    """A process that may be struck. It is known by its sockets, so that no id that was reused is ever hit."""

    def __init__(self, name, pid):
        self.name, self.pid = name, pid
        self.is_dead = self.is_stopped = False
        self.resumed = asyncio.Event()

    def go_on(self):
        if self.is_stopped:
            os.kill(self.pid, signal.SIGCONT)
        self.is_stopped = False
        self.resumed.set()

    def holds(self, inode):
        folder = f"/proc/{self.pid}/fd"
        try:
            for entry in os.listdir(folder):
                try:
                    if os.readlink(f"{folder}/{entry}") == f"socket:[{inode}]":
                        return True
                except OSError:
                    pass
        except OSError:
            pass
        return False


def inode_of_peer(peer, local):
    """The inode of the socket at the other end of a connection on this machine."""
    wanted = f"0100007F:{peer[1]:04X}", f"0100007F:{local[1]:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            fields = line.split()
            if tuple(fields[1:3]) == wanted:
                return fields[9]
    return None


class Proxy:
    def __init__(self, settings):
        self.clusters = settings["clusters"]
        self.server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server_tls.load_cert_chain(settings["certificate"], settings["key"])
        self.server_tls.set_alpn_protocols(["http/1.1"])
        self.client_tls = {}
        for name, cluster in self.clusters.items():
            self.client_tls[name] = ssl.create_default_context(cafile=cluster["authority"])
            self.client_tls[name].set_alpn_protocols(["http/1.1"])
        self.processes = []
        self.connections = {name: set() for name in self.clusters}
        self.cut = set()
        self.number = 0
        self.plan = None
        self.pending = None

    async def listen(self):
        ports = {}
        for name in self.clusters:
            server = await asyncio.start_server(
                lambda reader, writer, name=name: Connection(self, name, reader, writer).serve(),
                "127.0.0.1", 0, ssl=self.server_tls, limit=HEAD_LIMIT, backlog=512,
            )  # fmt: skip
            ports[name] = server.sockets[0].getsockname()[1]
        say("listening", ports=ports)

    # Commands

    def obey(self, order):
        match order["do"]:
            case "process":
                self.processes.append(Process(order["name"], order["pid"]))
            case "count":
                self.number, self.plan = 0, None
            case "plan":
                self.plan = order
            case "resume":
                for process in self.processes:
                    if process.name == order["process"]:
                        process.go_on()
            case "cut":
                self.cut.add(order["cluster"])
                for connection in list(self.connections[order["cluster"]]):
                    connection.abort()
            case "mend":
                self.cut.discard(order["cluster"])
            case "echo":
                say("echo", text=order["text"])

    # Faults

    def planned(self, call, when):
        if not self.plan or self.plan["when"] != when:
            return False
        wanted = self.plan["call"]
        if isinstance(wanted, int):
            return wanted == call.number
        return wanted.items() <= {**call.fields["object"], **{k: v for k, v in call.fields.items() if k != "object"}}.items()

    def strike(self, call):
        plan, self.plan, self.pending = self.plan, None, None
        process = call.process
        if process is None:
            raise RuntimeError(f"call {call.number} came from no known process")
        if plan["act"] == "kill":
            process.is_dead = True
            os.kill(process.pid, signal.SIGKILL)
        else:
            process.resumed.clear()
            if plan["act"] == "stop":
                process.is_stopped = True
                os.kill(process.pid, signal.SIGSTOP)
        say("struck", number=call.number, when=plan["when"], act=plan["act"], process=process.name, pid=process.pid)
        return plan["act"]

    def owner(self, peer, local):
        inode = inode_of_peer(peer, local)
        for process in reversed(self.processes):
            if inode and process.holds(inode):
                return process
        return None


class Connection:
    """One connection of a client and the one to the server that belongs to it."""

    def __init__(self, proxy, cluster, reader, writer):
        self.proxy, self.cluster = proxy, cluster
        self.reader, self.writer = reader, writer
        self.upstream = None
        self.process = None
        self.is_in_call = False

    async def serve(self):
        if self.cluster in self.proxy.cut:
            return self.abort()
        self.proxy.connections[self.cluster].add(self)
        ended = asyncio.ensure_future(self.writer.wait_closed())
        # A client that goes away ends what the server still sends it, but for the answer to a call, which is reported.
        ended.add_done_callback(lambda future: (future.exception(), self.is_in_call or self.abort()))
        try:
            while True:
                await self.exchange()
        except (Gone, OSError, asyncio.IncompleteReadError, ssl.SSLError, ConnectionError):
            pass
        finally:
            self.proxy.connections[self.cluster].discard(self)
            self.abort()

    def abort(self):
        for writer in (self.writer, self.upstream and self.upstream[1]):
            if writer:
                writer.transport.abort()

    def end_if_dead(self):
        if self.process and self.process.is_dead or self.cluster in self.proxy.cut:
            raise Gone

    async def exchange(self):
        request = await self.request()
        method, target, _ = request.lines[0].decode("latin-1").split(" ", 2)
        call = self.number(request, method, target)
        self.end_if_dead()
        # From here on it counts as sent: that the client gives up does not keep it from the server.
        self.is_in_call = call is not None
        if call and self.proxy.planned(call, "before"):
            if self.proxy.strike(call) == "kill":
                raise Gone
            await call.process.resumed.wait()
        reader, writer = await self.connect()
        writer.write(request.head() + request.body)
        await writer.drain()
        answer = await read_head(reader)
        status = int(answer.lines[0].split(b" ", 2)[1])
        if call is None:
            await self.pass_on(method, status, answer, reader)
        else:
            raw, content = await self.whole(method, status, answer, reader)
            self.report(call, status, content)
            self.is_in_call = False
            if self.proxy.planned(call, "committed"):
                if self.proxy.strike(call) == "kill":
                    raise Gone
                await call.process.resumed.wait()
            self.writer.write(answer.head() + raw)
            await self.writer.drain()
            if self.proxy.planned(call, "after"):
                await self.strike_after(call)
        if (answer.header("connection") or "").lower() == "close":
            raise Gone

    async def request(self):
        request = await read_head(self.reader)
        if (request.header("expect") or "").lower() == "100-continue":
            request.drop("expect")
            self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if request.is_chunked:
            raw = b"".join([piece async for piece in chunks(self.reader)])
            request.drop("transfer-encoding")
            request.body = plain(raw)
            request.lines.append(b"Content-Length: %d" % len(request.body))
        else:
            request.body = await self.reader.readexactly(int(request.header("content-length") or 0))
        return request

    def number(self, request, method, target):
        if not is_numbered(method, target):
            return None
        # Else its answer could not be read here.
        request.drop("accept-encoding")
        proxy = self.proxy
        if self.process is None:
            self.process = proxy.owner(
                self.writer.get_extra_info("peername"), self.writer.get_extra_info("sockname"))  # fmt: skip
        self.end_if_dead()
        if proxy.pending:
            # The process has gone on from the answer after which it is to be struck: that is late enough.
            proxy.strike(proxy.pending)
            self.end_if_dead()
        proxy.number += 1
        call = Call(proxy.number, self.cluster, method, target, self.process, request.body)
        say("call", **call.fields)
        return call

    async def connect(self):
        if self.upstream and not self.upstream[0].at_eof():
            return self.upstream
        if self.upstream:
            self.upstream[1].transport.abort()
        name = self.cluster
        self.upstream = await asyncio.open_connection(
            "127.0.0.1", self.proxy.clusters[name]["port"], ssl=self.proxy.client_tls[name], limit=HEAD_LIMIT)  # fmt: skip
        if self.writer.is_closing() and not self.is_in_call:
            raise Gone
        return self.upstream

    async def pass_on(self, method, status, answer, reader):
        self.writer.write(answer.head())
        if has_body(method, status):
            if answer.is_chunked:
                async for piece in chunks(reader):
                    self.writer.write(piece)
                    await self.writer.drain()
            elif answer.header("content-length") is not None:
                self.writer.write(await reader.readexactly(int(answer.header("content-length"))))
            else:
                while piece := await reader.read(1 << 16):
                    self.writer.write(piece)
                    await self.writer.drain()
                raise Gone
        await self.writer.drain()

    async def whole(self, method, status, answer, reader):
        """A body as it came, and its content."""
        if not has_body(method, status):
            return b"", b""
        if answer.is_chunked:
            raw = b"".join([piece async for piece in chunks(reader)])
            return raw, plain(raw)
        if answer.header("content-length") is None:
            # It ends with the connection, which the client must learn.
            answer.drop("connection")
            answer.lines.append(b"Connection: close")
            raw = await reader.read()
        else:
            raw = await reader.readexactly(int(answer.header("content-length")))
        return raw, raw

    def report(self, call, status, content):
        try:
            meta = json.loads(content).get("metadata") or {}
        except (ValueError, AttributeError):
            meta = {}
        say(
            "reply", number=call.number, status=status, uid=meta.get("uid") or "",
            version=meta.get("resourceVersion") or "", name=meta.get("name") or "",
        )  # fmt: skip

    async def strike_after(self, call):
        """Strikes when the client's kernel has the answer and the client had a moment to read it, or at its next
        mutating call."""
        self.proxy.pending = call
        socket = self.writer.get_extra_info("socket")
        while struct.unpack("i", fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0] > 0:
            await asyncio.sleep(0.0005)
        await asyncio.sleep(AFTER)
        if self.proxy.pending is call:
            self.proxy.strike(call)


def has_body(method, status):
    return method != "HEAD" and status >= 200 and status not in (204, 304)


async def main():
    loop = asyncio.get_running_loop()
    # Connections end by resets all the time here, which is what they are for.
    loop.set_exception_handler(lambda _, context: sys.stderr.write(f"{context.get('exception') or context}\n"))
    orders = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    proxy = Proxy(json.loads(await orders.readline()))
    await proxy.listen()
    while line := await orders.readline():
        proxy.obey(json.loads(line))


if __name__ == "__main__":
    asyncio.run(main())
