#!/usr/bin/env python3
# ruff: noqa: C901, E501, FBT003, PLR0912, PLR0915, PTH123 - the measure stays as it came
"""Compare what an extractor read out of a mission archive with the hand-made labels.

Findings are scored per stage (`evaluation_...`, `planning_...`). Only mentions in documents that
Claude or Codex wrote in that exchange count, on both sides: what is a finding in a report or in feedback is a matter of taste.

    score.py labels.json export.json [--misses N]

Prints one figure per line, `name value (counts)`, and with --misses the first N mistakes of each kind.
Exit status 0 always: it measures, it does not judge.
"""
import argparse
import itertools
import json
from collections import Counter

LINE_TOLERANCE = 2  # an item may be placed on its heading or on its first line


def f1(true_positive, found, wanted):
    precision = true_positive / found if found else float(not wanted)
    recall = true_positive / wanted if wanted else float(not found)
    return (2 * precision * recall / (precision + recall) if precision + recall else 0.0), precision, recall


def norm_path(path):
    return (path or "").replace("\\", "/").strip("/")


def exchange_key(exchange):
    return exchange.get("stage"), exchange.get("round")


def norm(value):
    return value.strip().upper().replace(" ", "_") if isinstance(value, str) else value


class Score:
    def __init__(self):
        self.right, self.total, self.misses = Counter(), Counter(), {}

    def check(self, name, wanted, got, where):
        self.total[name] += 1
        if norm(wanted) == norm(got):
            self.right[name] += 1
        else:
            self.misses.setdefault(name, []).append(f"{where}: wanted {wanted!r}, got {got!r}")

    def miss(self, name, text):
        self.misses.setdefault(name, []).append(text)


def mentions_of(exchange, counted):
    return [
        (norm_path(m["path"]), int(m["line"]), norm(m.get("severity")), index)
        for index, finding in enumerate(exchange.get("findings") or [])
        for m in finding.get("mentions") or []
        if norm_path(m["path"]) in counted
    ]


def match_mentions(wanted, got):
    """Greedy one-to-one match by path and nearest line within the tolerance; returns {wanted index: got index}."""
    pairs = sorted(
        (abs(w[1] - g[1]), i, j)
        for i, w in enumerate(wanted)
        for j, g in enumerate(got)
        if w[0] == g[0] and abs(w[1] - g[1]) <= LINE_TOLERANCE
    )
    used_w, used_g, result = set(), set(), {}
    for _, i, j in pairs:
        if i not in used_w and j not in used_g:
            used_w.add(i)
            used_g.add(j)
            result[i] = j
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels")
    parser.add_argument("export")
    parser.add_argument("--misses", type=int, default=0)
    args = parser.parse_args()
    with open(args.labels, encoding="utf-8") as f:
        labels = json.load(f)
    with open(args.export, encoding="utf-8") as f:
        export = json.load(f)

    score = Score()
    stages = ("evaluation", "planning")
    tp = {f"{stage}_{kind}": 0 for stage in stages for kind in ("mentions", "links")} | {"decisions": 0, "commits": 0}
    found, wanted_n = Counter(), Counter()

    def mission_key(mission, root):
        return (mission.get("archive_root") or root or "").strip("/"), mission["mission"]

    got_missions = {}
    for m in export.get("missions", []):
        got_missions[mission_key(m, export.get("archive_root"))] = m
        got_missions.setdefault(("", m["mission"]), m)
    for mission in labels["missions"]:
        name = mission["mission"]
        got = got_missions.get(mission_key(mission, labels.get("archive_root"))) or got_missions.get(("", name))
        score.check("missions_found", True, got is not None, name)
        got = got or {}
        for field in ("phase", "verdict", "round"):
            score.check("mission_state", mission.get(field), got.get(field), f"{name} {field}")
        score.check("criteria_count", len(mission.get("criteria") or []), len(got.get("criteria") or []), name)

        want_dec = [(norm_path(d["path"]), d["line"], None, 0) for d in mission.get("key_decisions") or []]
        got_dec = [(norm_path(d["path"]), d["line"], None, 0) for d in got.get("key_decisions") or []]
        matched = match_mentions(want_dec, got_dec)
        tp["decisions"] += len(matched)
        found["decisions"] += len(got_dec)
        wanted_n["decisions"] += len(want_dec)
        for i, d in enumerate(want_dec):
            if i not in matched:
                score.miss("decisions", f"{name} missed {d[0]}:{d[1]}")
        for j, d in enumerate(got_dec):
            if j not in matched.values():
                score.miss("decisions", f"{name} extra {d[0]}:{d[1]}")

        want_sha, got_sha = set(mission.get("implementing_commits") or []), set(got.get("implementing_commits") or [])
        tp["commits"] += len(want_sha & got_sha)
        found["commits"] += len(got_sha)
        wanted_n["commits"] += len(want_sha)
        for sha in want_sha - got_sha:
            score.miss("commits", f"{name} missed {sha[:12]}")
        for sha in got_sha - want_sha:
            score.miss("commits", f"{name} extra {sha[:12]}")

        got_exchanges = {exchange_key(e): e for e in got.get("exchanges") or []}
        for exchange in mission.get("exchanges") or []:
            key = exchange_key(exchange)
            where = f"{name} {key[0]} {key[1]}"
            other = got_exchanges.get(key, {})
            score.check("exchanges_found", True, key in got_exchanges, where)
            score.check("final_verdict", exchange.get("final_verdict"), other.get("final_verdict"), where)
            got_docs = {norm_path(d["path"]): d for d in other.get("documents") or []}
            for doc in exchange.get("documents") or []:
                d = got_docs.get(norm_path(doc["path"]), {})
                for field in ("author", "role", "verdict", "approved"):
                    score.check(f"document_{field}", doc.get(field), d.get(field), f"{name}/{doc['path']}")
            got_criteria = {c.get("n"): c for c in other.get("criteria") or []}
            for criterion in exchange.get("criteria") or []:
                c = got_criteria.get(criterion["n"], {})
                for field in ("claude", "codex", "final"):
                    score.check("criterion_verdict", criterion.get(field), c.get(field), f"{where} #{criterion['n']} {field}")

            counted = {norm_path(d["path"]) for d in exchange.get("documents") or [] if d.get("author") in ("claude", "codex")}
            stage = key[0]
            mentions, links = f"{stage}_mentions", f"{stage}_links"
            want_m, got_m = mentions_of(exchange, counted), mentions_of(other, counted)
            matched = match_mentions(want_m, got_m)
            tp[mentions] += len(matched)
            found[mentions] += len(got_m)
            wanted_n[mentions] += len(want_m)
            for i, m in enumerate(want_m):
                if i not in matched:
                    score.miss(mentions, f"{name} missed {m[0]}:{m[1]} ({exchange['findings'][m[3]]['title']})")
            for j, m in enumerate(got_m):
                if j not in matched.values():
                    score.miss(mentions, f"{name} extra {m[0]}:{m[1]} ({other['findings'][m[3]].get('title')})")
            for i, j in matched.items():
                score.check(f"{stage}_severity", want_m[i][2], got_m[j][2], f"{name} {want_m[i][0]}:{want_m[i][1]}")

            want_links = {
                frozenset((i, k)) for i, k in itertools.combinations(range(len(want_m)), 2) if want_m[i][3] == want_m[k][3]
            }
            back = {j: i for i, j in matched.items()}
            got_links = {
                frozenset((back.get(a, ("x", a)), back.get(b, ("x", b))))
                for a, b in itertools.combinations(range(len(got_m)), 2)
                if got_m[a][3] == got_m[b][3]
            }
            tp[links] += len(want_links & got_links)
            found[links] += len(got_links)
            wanted_n[links] += len(want_links)
            for link in want_links - got_links:
                a, b = sorted(link)
                score.miss(links, f"{where} missed {want_m[a][0]}:{want_m[a][1]} = {want_m[b][0]}:{want_m[b][1]}")

            for index, finding in enumerate(exchange.get("findings") or []):
                if not any(m[3] == index for m in want_m):
                    continue  # mentioned in other documents only
                votes = Counter(got_m[matched[i]][3] for i, m in enumerate(want_m) if m[3] == index and i in matched)
                label = f"{where} {finding['id']} {finding['title']}"
                g = other["findings"][votes.most_common(1)[0][0]] if votes else {}
                score.check(f"{stage}_agreement", finding.get("agreement"), g.get("agreement"), label)
                score.check(f"{stage}_final_severity", finding.get("final_severity"), g.get("final_severity"), label)
                score.check(f"{stage}_outcome", finding.get("outcome"), g.get("outcome"), label)
                reviewers = [
                    ",".join(sorted(set(f.get("raised_by") or []) & {"claude", "codex"})) for f in (finding, g)
                ]
                score.check(f"{stage}_raised_by", *reviewers, label)

    for name in score.total:
        print(f"{name} {score.right[name] / score.total[name]:.3f} ({score.right[name]}/{score.total[name]})")
    for name in tp:
        value, precision, recall = f1(tp[name], found[name], wanted_n[name])
        print(f"{name}_f1 {value:.3f} (precision {precision:.3f}, recall {recall:.3f}, labelled {wanted_n[name]})")
    if args.misses:
        for name, texts in score.misses.items():
            print(f"\n{name}: {len(texts)} mistakes")
            for text in texts[: args.misses]:
                print("  " + text)


if __name__ == "__main__":
    main()
