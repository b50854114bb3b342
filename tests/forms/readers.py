# SPDX-License-Identifier: GPL-2.0-only
"""Readers of the forms, as strict as their specifications.  Each raises Bad, or returns what a
consumer would make of it; a list of points is [(name, "ok" | "failed" | "skipped")]."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import jsonschema
import yaml


class Bad(Exception):
    """What is wrong with a report."""


def need(condition, what):
    if not condition:
        raise Bad(what)


class Validator:
    """The schema; what it chooses by type and event is chosen here once, to be quick."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        self.whole = jsonschema.Draft202012Validator(schema)
        self.parts = {}

    def check(self, line, where):
        member = json.loads(line)
        kind = f"event_{member['event']}" if member.get("type") == "event" else member.get("type")
        valid = self.parts.get(kind, self.whole)
        error = next(valid.iter_errors(member), None)
        need(error is None, f"{where}: {error and error.message}: {line[:200]}")
        # It has passed the whole, so there is such a part.
        self.parts[kind] = self.whole.evolve(schema={"$ref": f"#/$defs/{kind}"})


def unescape_tap(text):
    """Description and directive of a test line."""
    match = re.match(r"((?:[^\\#]|\\.)*)(?:#\s*(.*))?$", text)
    need(match, f"an escape that is none: {text}")
    return re.sub(r"\\(.)", r"\1", match[1]).strip(), match[2]


def tap_lines(text, version):
    """The lines behind the version."""
    lines = text.split("\n")
    need(lines.pop() == "", "the last line has no end")
    need(lines[0] == version, "no version")
    return lines[1:]


def plan_of(lines):
    plan = re.fullmatch(r"1\.\.(\d+)", lines[0])
    need(plan, "no plan")
    return int(plan[1])


def tap_points(lines):
    """Points behind a plan, and what is indented before each, without that, for a subtest."""
    plan, points, subtests, block, inner = plan_of(lines), [], [], None, []
    for line in lines[1:]:
        if block is not None:
            if line == "  ...":
                need(isinstance(yaml.safe_load("\n".join(block)), dict), "YAML is no mapping")
                block = None
            else:
                need(line.startswith("  "), f"YAML is not indented: {line}")
                block.append(line[2:])
            continue
        if line == "  ---":
            need(points, "YAML before the first point")
            block = []
            continue
        if line.startswith("#"):
            continue
        if line.startswith("    "):
            inner.append(line[4:])
            continue
        match = re.fullmatch(r"(not )?ok (\d+) - (.*)", line)
        need(match, f"no line of TAP: {line}")
        need(int(match[2]) == len(points) + 1, f"out of order: {line}")
        name, directive = unescape_tap(match[3])
        need(directive is None or re.match(r"SKIP\b", directive), f"directive of {line}")
        outcome = "failed" if match[1] else "skipped" if directive else "ok"
        points.append((name, outcome))
        subtests.append(inner)
        inner = []
    need(block is None, "YAML without an end")
    need(len(points) == plan, "the plan is not fulfilled")
    need(not inner, "a subtest without a point")
    return points, subtests


def read_tap(text):
    points, subtests = tap_points(tap_lines(text, "TAP version 14"))
    need(not any(subtests), "a subtest")
    return points


def read_tap_runs(text):
    """[(name, outcome, points)]; points is None for a run that could not be read."""
    points, subtests = tap_points(tap_lines(text, "TAP version 14"))
    return [(name, outcome, tap_points(inner)[0] if inner else None)
            for (name, outcome), inner in zip(points, subtests)]


def ktap_points(lines):
    plan, points, subtests, inner = plan_of(lines), [], [], []
    for line in lines[1:]:
        if line.startswith("# "):
            continue
        if line.startswith("  "):
            inner.append(line[2:])
            continue
        match = re.fullmatch(r"(not )?ok (\d+) ([^#]*[^# ])( # SKIP .*)?", line)
        need(match, f"no line of KTAP: {line}")
        need(int(match[2]) == len(points) + 1, f"out of order: {line}")
        outcome = "failed" if match[1] else "skipped" if match[4] else "ok"
        points.append((match[3], outcome))
        subtests.append(inner)
        inner = []
    need(len(points) == plan, "the plan is not fulfilled")
    need(not inner, "a subtest without a result")
    return points, subtests


def read_ktap(text):
    points, subtests = ktap_points(tap_lines(text, "KTAP version 1"))
    need(not any(subtests), "a subtest")
    return points


def read_ktap_runs(text):
    """[(name, outcome, points)], as read_tap_runs()."""
    points, subtests = ktap_points(tap_lines(text, "KTAP version 1"))
    runs = []
    for (name, outcome), inner in zip(points, subtests):
        if inner:
            need(inner[0] == "KTAP version 1", "a subtest without its version")
            need(inner[1] == f"# Subtest: {name}", f"the name of a subtest: {inner[1]}")
            inner = ktap_points(inner[2:])[0]
        runs.append((name, outcome, inner or None))
    return runs


def read_junit_suites(path, schema):
    """[(name, points)]; no two points have the same class and name."""
    run = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, path],
                         capture_output=True, text=True, check=False)
    need(run.returncode == 0, run.stderr.strip())
    root = ElementTree.parse(path).getroot()
    suites, seen = [], []
    for suite in root:
        points = []
        counted = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        for case in suite.iter("testcase"):
            found = {child.tag for child in case}
            counted["tests"] += 1
            counted["failures"] += "failure" in found
            counted["errors"] += "error" in found
            counted["skipped"] += "skipped" in found
            failed = found & {"failure", "error"}
            outcome = "failed" if failed else "skipped" if "skipped" in found else "ok"
            points.append((case.get("name"), outcome))
            seen.append((case.get("classname"), case.get("name")))
        suites.append((suite.get("name"), points))
        for key, count in counted.items():
            need(int(suite.get(key)) == count, f"{suite.get('name')}: {key} is not {count}")
    for key in ("tests", "failures", "errors"):
        count = sum(int(suite.get(key)) for suite in root)
        need(int(root.get(key)) == count, f"{key} of all is not {count}")
    need(len(seen) == len(set(seen)), "two points are the same")
    return suites


def read_junit(path, schema):
    return [point for _, points in read_junit_suites(path, schema) for point in points]


def unescape_github(text, more):
    for escape, plain in more + [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]:
        text = text.replace(escape, plain)
    return text


def read_github(text):
    """[(command, properties, message)], as the runner takes them from a step's output."""
    commands = []
    for line in text.splitlines():
        line = line.lstrip()
        if not line.startswith("::"):
            need("##[" not in line and "::" not in line, f"the runner may act on {line}")
            continue
        head, mark, message = line[2:].partition("::")
        need(mark, f"no command: {line}")
        name, _, words = head.partition(" ")
        need(name in ("error", "warning", "notice"), f"a command of another's: {line}")
        properties = {}
        for word in filter(None, words.split(",")):
            key, mark, value = word.partition("=")
            need(mark and key in ("title", "file", "line"), f"a property of another's: {word}")
            properties[key] = unescape_github(value, [("%3A", ":"), ("%2C", ",")])
        commands.append((name, properties, unescape_github(message, [])))
    return commands


class Page(HTMLParser):
    """Elements of a page, which must be balanced, inert and without anything from elsewhere."""

    VOID = {"meta"}
    LOADING = {"src", "href", "data", "action", "poster", "srcset", "xlink:href", "style"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.ids, self.words, self.classes = [], {}, {}, {}, {}
        self.feed(text)
        self.close()
        need(not self.open, f"never closed: {self.open}")
        need("://" not in text, "an address")

    def handle_starttag(self, tag, attrs):
        need(tag not in ("script", "img", "link", "iframe", "object", "base", "a"), f"a {tag}")
        for key, value in attrs:
            need(not key.startswith("on") and key not in self.LOADING, f"{tag} has {key}")
            if key == "id":
                need(value not in self.ids, f"two elements are {value}")
                self.ids[value] = tag
                self.words[value] = ""
            if key == "class":
                self.classes[value] = self.classes.get(value, 0) + 1
        self.elements[tag] = self.elements.get(tag, 0) + 1
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        need(self.open and self.open[-1][0] == tag, f"</{tag}> closes {self.open[-1:]}")
        self.open.pop()

    def handle_data(self, data):
        for _, name in self.open:
            if name:
                self.words[name] += data

    def handle_comment(self, data):
        raise Bad("a comment")


def read_message(lines):
    """A message in protobuf's text form, as {field: [values]}."""
    message = {}
    for line in lines:
        line = line.strip()
        if line == "}":
            return message
        match = re.fullmatch(r"(\w+)(?: \{|: (.*))", line)
        need(match, f"no field: {line}")
        need(not match[1].isdigit(), f"a field that the format does not have: {line}")
        value = read_message(lines) if match[2] is None else match[2]
        message.setdefault(match[1], []).append(value)
    return message


def read_perfetto(path, proto, clock=3):
    """({track: name}, {track: parent}, [(ts, type, track, name)]); each run is a sequence, whose
    tracks no other has."""
    with open(path, "rb") as trace:
        run = subprocess.run(["protoc", f"--proto_path={proto.rpartition('/')[0]}", "--decode=Trace",
                              proto], stdin=trace, capture_output=True, check=False)
    need(run.returncode == 0 and not run.stderr, run.stderr.decode())
    packets = read_message(iter(run.stdout.decode().splitlines())).get("packet", [])
    need(["clock_snapshot" in packet for packet in packets] == [True] + [False] * (len(packets) - 1),
         "the clocks stand elsewhere than at the beginning")
    need(packets[0]["clock_snapshot"][0]["primary_trace_clock"][0] in ("3", str(clock),
         "BUILTIN_CLOCK_MONOTONIC" if clock == 3 else "BUILTIN_CLOCK_REALTIME"), "the clock")
    names, parents, events, owner = {}, {}, [], {}
    for packet in packets:
        sequence = packet["trusted_packet_sequence_id"][0]
        for track in packet.get("track_descriptor", []):
            uuid = track["uuid"][0]
            need(uuid not in names, "a track is described twice")
            owner[uuid] = sequence
            names[uuid] = track["name"][0]
            parents[uuid] = track.get("parent_uuid", [None])[0]
        for event in packet.get("track_event", []):
            need(packet["timestamp_clock_id"] == [str(clock)], "another clock")
            events.append((int(packet["timestamp"][0]), event["type"][0], event["track_uuid"][0],
                           event.get("name", [None])[0]))
            need(owner.get(events[-1][2]) == sequence, f"the track of {events[-1]}")
    for track, parent in parents.items():
        need(parent is None or owner.get(parent) == owner[track],
             f"the parent of {names[track]} is no track of its run")
    return names, parents, events
