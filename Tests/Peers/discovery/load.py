"""Requests to a proxy, one or many."""

import http.client
import threading


def status(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    try:
        connection.request("GET", "/x/plain")
        return connection.getresponse().status
    finally:
        connection.close()


class Load:
    """Requests one behind the other on several connections, until it is ended; every answer is counted."""

    def __init__(self, port, clients=4):
        self.port = port
        self.ends = threading.Event()
        self.statuses = []
        self.threads = [threading.Thread(target=self.run) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        while not self.ends.is_set():
            connection.request("GET", "/x/plain")
            response = connection.getresponse()
            response.read()
            reason = response.getheader("proxy-status")
            self.statuses.append(f"{response.status}: {reason}" if reason else response.status)
        connection.close()

    def end(self):
        self.ends.set()
        for thread in self.threads:
            thread.join(30)
        return self.statuses
