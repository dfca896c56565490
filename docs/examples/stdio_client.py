import json
import subprocess
import sys

file, lang = sys.argv[1:]
with subprocess.Popen(
    ["amts", "preview", "--stdio", file, "--lang", lang],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    encoding="utf-8",
) as program:
    program.stdin.write(json.dumps({"path": file}) + "\n")
    program.stdin.flush()
    for segment in json.loads(program.stdout.readline())["segments"]:
        print(segment["line"], segment["status"], segment["target"], sep="\t")
    program.stdin.close()
