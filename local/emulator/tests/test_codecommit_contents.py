"""What is committed to CodeCommit's repositories: stock moto against our emulator."""

import unittest

from support import PatchTest
from test_codecommit import create, described

FILES = {"customer/appspec.yaml": b"version: 0.0\n", "customer/taskdef.json": b"{}", "README.md": b"# read\n"}


def commit(aws, repository, files=None, deleted=(), parent=None, branch="main"):
    put = [{"filePath": path, "fileContent": content} for path, content in (files or {}).items()]
    return aws.codecommit.create_commit(
        repositoryName=repository,
        branchName=branch,
        commitMessage="why",
        authorName="somebody",
        email="somebody@example.com",
        putFiles=put,
        deleteFiles=[{"filePath": path} for path in deleted],
        **({"parentCommitId": parent} if parent else {}),
    )


def branch_tip(aws, repository, branch="main"):
    return aws.codecommit.get_branch(repositoryName=repository, branchName=branch)["branch"]["commitId"]


class Contents(PatchTest):
    def committed(self):
        name = create(self.ours)["repositoryName"]
        return name, commit(self.ours, name, FILES)["commitId"]

    def refused(self, code, message, act, *arguments, **options):
        self.assert_error(code, message, lambda: act(*arguments, **options))

    def test_commit_files(self):
        self.assert_server_error(lambda: commit(self.stock, create(self.stock)["repositoryName"], FILES))
        aws = self.ours
        name = create(aws)["repositoryName"]
        first = commit(aws, name, FILES)
        self.assertEqual([file["absolutePath"] for file in first["filesAdded"]], list(FILES))
        self.assertEqual(described(aws, name)["defaultBranch"], "main")
        changes = {"customer/appspec.yaml": b"version: 1\n", "employee/appspec.yaml": b"version: 0.0\n"}
        second = commit(aws, name, changes, ["README.md"], first["commitId"])
        for member, path in (
            ("filesAdded", "employee/appspec.yaml"),
            ("filesUpdated", "customer/appspec.yaml"),
            ("filesDeleted", "README.md"),
        ):
            self.assertEqual([file["absolutePath"] for file in second[member]], [path])
        self.assertEqual(branch_tip(aws, name), second["commitId"])
        told = aws.codecommit.get_commit(repositoryName=name, commitId=second["commitId"])["commit"]
        self.assertEqual((told["parents"], told["message"]), ([first["commitId"]], "why"))
        self.assertEqual((told["author"]["name"], told["treeId"]), ("somebody", second["treeId"]))
        self.assertNotEqual(first["treeId"], second["treeId"])

    def test_only_the_tip_of_a_branch_is_committed_to(self):
        name, first = self.committed()
        second = commit(self.ours, name, {"a": b"1"}, parent=first)["commitId"]
        self.refused("ParentCommitIdRequiredException", "required", commit, self.ours, name, {"a": b"2"})
        outdated = f"The tip of the branch main is the commit {second}"
        self.refused("ParentCommitIdOutdatedException", outdated, commit, self.ours, name, {"a": b"2"}, parent=first)
        options = {"branch": "other", "parent": second}
        self.refused("BranchDoesNotExistException", "other", commit, self.ours, name, {"a": b"2"}, **options)
        self.refused("NoChangeException", "no changes", commit, self.ours, name, {"a": b"1"}, parent=second)
        self.refused("FileEntryRequiredException", "at least one file", commit, self.ours, name, parent=second)
        gone = (self.ours, name, {}, ["missing"], second)
        self.refused("FileDoesNotExistException", "missing", commit, *gone)
        for path in ("a//b", "../a", ".git/config", "a/"):
            self.refused("InvalidPathException", "not valid", commit, self.ours, name, {path: b"1"}, parent=second)
        large = {"large": b"x" * (6 * 1024 * 1024 + 1)}
        self.refused("FileContentSizeLimitExceededException", "6 MB", commit, self.ours, name, large, parent=second)
        self.assertEqual(branch_tip(self.ours, name), second)

    def test_read_files(self):
        repository = create(self.stock)["repositoryName"]
        self.assert_server_error(lambda: self.stock.codecommit.get_file(repositoryName=repository, filePath="a"))
        name, first = self.committed()
        client = self.ours.codecommit
        commit(self.ours, name, {"customer/appspec.yaml": b"\x00\xff"}, parent=first)
        for specifier in ({}, {"commitSpecifier": "main"}, {"commitSpecifier": "refs/heads/main"}):
            file = client.get_file(repositoryName=name, filePath="customer/appspec.yaml", **specifier)
            self.assertEqual((file["fileContent"], file["fileSize"], file["fileMode"]), (b"\x00\xff", 2, "NORMAL"))
        old = client.get_file(repositoryName=name, filePath="/customer/appspec.yaml", commitSpecifier=first)
        self.assertEqual(old["fileContent"], FILES["customer/appspec.yaml"])
        top = client.get_folder(repositoryName=name, folderPath="/")
        self.assertEqual([file["absolutePath"] for file in top["files"]], ["README.md"])
        self.assertEqual([folder["absolutePath"] for folder in top["subFolders"]], ["customer"])
        customer = client.get_folder(repositoryName=name, folderPath="customer")
        self.assertEqual([file["relativePath"] for file in customer["files"]], ["appspec.yaml", "taskdef.json"])
        self.assertEqual(customer["treeId"], top["subFolders"][0]["treeId"])
        self.refused("FileDoesNotExistException", "x", client.get_file, repositoryName=name, filePath="x")
        self.refused("FolderDoesNotExistException", "x", client.get_folder, repositoryName=name, folderPath="x")
        wanted = {"repositoryName": name, "filePath": "README.md", "commitSpecifier": "x"}
        self.refused("CommitDoesNotExistException", "x", client.get_file, **wanted)

    def test_keep_branches(self):
        repository = create(self.stock)["repositoryName"]
        self.assert_server_error(lambda: self.stock.codecommit.list_branches(repositoryName=repository))
        name, first = self.committed()
        client = self.ours.codecommit
        client.create_branch(repositoryName=name, branchName="next", commitId=first)
        commit(self.ours, name, {"a": b"1"}, parent=first, branch="next")
        self.assertEqual(branch_tip(self.ours, name), first)
        self.assertEqual(client.list_branches(repositoryName=name)["branches"], ["main", "next"])
        client.update_default_branch(repositoryName=name, defaultBranchName="next")
        self.assertEqual(described(self.ours, name)["defaultBranch"], "next")
        deleted = client.delete_branch(repositoryName=name, branchName="main")["deletedBranch"]
        self.assertEqual(deleted, {"branchName": "main", "commitId": first})
        of_next = {"repositoryName": name, "branchName": "next"}
        self.refused("DefaultBranchCannotBeDeletedException", "next", client.delete_branch, **of_next)
        self.refused("BranchNameExistsException", "next", client.create_branch, **of_next, commitId=first)
        missing = {"repositoryName": name, "branchName": "x"}
        self.refused("BranchDoesNotExistException", "x", client.get_branch, **missing)
        self.refused("CommitDoesNotExistException", "y", client.create_branch, **missing, commitId="y")

    def test_require_a_branch_name(self):
        name, first = self.committed()
        for refused in ("refs/heads/main", "a b", "a..b", "/a", "a.lock", "a" * 257):
            options = {"repositoryName": name, "branchName": refused, "commitId": first}
            self.refused("InvalidBranchNameException", "is not a valid", self.ours.codecommit.create_branch, **options)


if __name__ == "__main__":
    unittest.main()
