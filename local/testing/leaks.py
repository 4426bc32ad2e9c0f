"""Prints as JSON how many secrets the emulator holds, and which files of a run have a value of one in them."""

import json
import pathlib
import sys

import boto3

folder = pathlib.Path(sys.argv[1])
client = boto3.client("secretsmanager")
names = [secret["Name"] for secret in client.list_secrets()["SecretList"]]
values = [
    value
    for name in names
    for key, value in json.loads(client.get_secret_value(SecretId=name)["SecretString"]).items()
    if key != "username"
]
places = [
    str(path.relative_to(folder))
    for path in folder.rglob("*")
    if path.is_file() and any(value.encode() in path.read_bytes() for value in values)
]
print(json.dumps({"secrets": len(names), "places": places}))
