"""Objects with revisions, as etcd keeps them: what has happened since a revision can be gone on from until it is compacted away."""

import copy
import datetime
import uuid


class Store:
    def __init__(self):
        self.revision = 1000
        self.compacted = 1000
        """Nobody can go on from what came before this."""
        self.objects = {}
        """By kind, namespace and name."""
        self.history = []
        """(revision, key, before, after)"""

    def put(self, key, thing):
        before = self.objects.get(key)
        thing = copy.deepcopy(thing)
        self.revision += 1
        thing["metadata"] |= {"resourceVersion": str(self.revision)} | ({
            name: before["metadata"][name] for name in ("uid", "creationTimestamp")} if before else {
                "uid": str(uuid.uuid4()), "creationTimestamp": datetime.datetime.now(datetime.UTC).strftime("%FT%TZ")})
        self.objects[key] = thing
        self.history.append((self.revision, key, before, thing))
        return thing

    def delete(self, key):
        before = self.objects.pop(key)
        self.revision += 1
        # As etcd's last value, at the revision of its deletion.
        last = copy.deepcopy(before)
        last["metadata"]["resourceVersion"] = str(self.revision)
        self.history.append((self.revision, key, before, None))
        return last

    def list(self, kind, namespace, selects):
        return [
            thing for (of, place, _), thing in sorted(self.objects.items())
            if of == kind and place == namespace and selects(thing)]

    def changes(self, revision, kind, namespace, selects):
        """Pairs of a type and an object: what a watcher sees of what came after that revision."""
        found = []
        for at, (of, place, _), before, after in self.history:
            if at <= revision or of != kind or place != namespace:
                continue
            was, is_now = before is not None and selects(before), after is not None and selects(after)
            if is_now:
                found.append(("MODIFIED" if was else "ADDED", after))
            elif was:
                last = copy.deepcopy(after or before)
                last["metadata"]["resourceVersion"] = str(at)
                found.append(("DELETED", last))
        return found

    def compact(self):
        # A revision of something else, so that all that was told before is too old.
        self.revision += 1
        self.compacted = self.revision
