#!/usr/bin/env python3
"""A validating admission webhook on 127.0.0.1 that denies every object, naming one field.

Usage: deny-webhook.py CERTIFICATE KEY FIELD MESSAGE

The first line of output is the port; then one line for each review: `dryRun KIND NAMESPACE/NAME`, or `stored ...` for
one that is no dry run. It ends with its standard input. Needs nothing but the standard library. It serves tests: it
trusts its caller.
"""

import http.server
import json
import os
import ssl
import sys
import threading

certificate, key, field, message = sys.argv[1:]
lock = threading.Lock()


def say(line):
    with lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class Review(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = review["request"]
        say(
            "{} {} {}/{}".format(
                "dryRun" if request.get("dryRun") else "stored", request["kind"]["kind"], request["namespace"],
                request["name"]))
        status = {
            "status": "Failure", "code": 422, "reason": "Invalid", "message": message,
            "details": {"causes": [{"reason": "FieldValueInvalid", "field": field, "message": message}]},
        }
        answer = json.dumps(
            {
                "apiVersion": review["apiVersion"], "kind": "AdmissionReview",
                "response": {"uid": request["uid"], "allowed": False, "status": status},
            }).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Review)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
# A client that does not finish its handshake holds up its own thread alone.
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
say(str(server.server_address[1]))
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
# Threads that wait for another request on their connection are not waited for.
os._exit(0)
