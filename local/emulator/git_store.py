"""The commits, branches and files of one repository, in memory: as much of git as AWS CodeCommit's APIs show."""

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """A file of a commit."""

    blob_id: str
    mode: str


@dataclass(frozen=True)
class Commit:
    """A commit and the files that it holds, by path."""

    id: str
    parents: tuple
    files: dict
    message: str
    author: dict

    @property
    def tree_id(self):
        return tree_id(self.files)


@dataclass
class GitStore:
    """What was committed to a repository."""

    branches: dict = field(default_factory=dict)
    commits: dict = field(default_factory=dict)
    blobs: dict = field(default_factory=dict)

    def add_blob(self, content):
        """Keeps the bytes of a file and gives their id, which is git's."""
        blob_id = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        self.blobs[blob_id] = content
        return blob_id

    def commit(self, branch, parents, files, message, author):
        """Makes a commit, and the branch its own."""
        told = repr((parents, sorted(files.items(), key=lambda item: item[0]), message, sorted(author.items())))
        made = Commit(hashlib.sha1(told.encode()).hexdigest(), parents, files, message, author)
        self.commits[made.id] = made
        self.branches[branch] = made.id
        return made

    def find(self, specifier):
        """The commit of a branch, a reference or an id; None where there is none."""
        branch = specifier.removeprefix("refs/heads/")
        return self.commits.get(self.branches.get(branch, specifier))


def tree_id(files, folder=""):
    """An id for what a folder holds: another one when a file in it is another."""
    inside = sorted((path, file.blob_id, file.mode) for path, file in files.items() if path.startswith(folder))
    return hashlib.sha1(repr(inside).encode()).hexdigest()


def children(files, folder):
    """What lies directly in a folder (`""` or `a/b/`): the paths of the files and of the folders."""
    inside = [path for path in files if path.startswith(folder)]
    direct = [path for path in inside if "/" not in path[len(folder) :]]
    below = {folder + path[len(folder) :].split("/")[0] for path in inside if "/" in path[len(folder) :]}
    return sorted(direct), sorted(below)
