"""A directory of files that change all at once, as Kubernetes mounts a secret."""

import os
import shutil


class Mount:
    """Names are links into `..data`, which is a link to a directory that is swapped for another."""

    def __init__(self, folder, first):
        self.folder = folder
        self.version = 0
        folder.mkdir()
        self.swap(first)
        for name in first:
            (folder / name).symlink_to(f"..data/{name}")

    def swap(self, files):
        """`files`: by name, what is in them."""
        self.version += 1
        fresh = self.folder / f"..{self.version}"
        fresh.mkdir()
        for name, content in files.items():
            (fresh / name).write_bytes(content)
            (fresh / name).chmod(0o600)
        os.symlink(fresh.name, self.folder / "..tmp")
        os.rename(self.folder / "..tmp", self.folder / "..data")
        shutil.rmtree(self.folder / f"..{self.version - 1}", ignore_errors=True)

    def __getitem__(self, name):
        return str(self.folder / name)
