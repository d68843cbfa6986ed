"""From samples to figures, targets, JSON and the Markdown table."""

import math
import os
import platform
import statistics

SERVERS = ("redis", "nginx", "postgres")
# `true` does nothing that a tool's start-up could be compared with: it has a target of its own.
START_UP = "true"


def machine():
    model = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith(("model name", "Model")):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1])
    return {
        "cpu": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": memory // 1024,
        "kernel": platform.release(),
        "root": os.geteuid() == 0,
    }


def cell(samples, native):
    """The figures of one tool; `native` are the samples of the same rounds."""
    values = [sample.value for sample in samples]
    ratios = [sample.value / base.value for sample, base in zip(samples, native)]
    peaks = [sample.peak for sample in samples if sample.peak]
    figures = {
        "rounds": len(values),
        "values": values,
        "median": statistics.median(values),
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
    }
    if any(sample.at_least for sample in samples):
        figures["at_least"] = True
    if peaks:
        figures["peak_kib"] = max(peaks)
    for key in ("stops", "notifications", "sieves"):
        known = [sample.findings[key] for sample in samples if key in sample.findings]
        if known:
            figures[key] = round(statistics.median(known))
    return figures


def summarise(w, samples):
    native = samples["native"]
    tools = {name: cell(found, native) for name, found in samples.items() if found}
    return {"name": w.name, "what": w.what, "unit": w.unit, "better": w.better, "tools": tools}


def slowdown(row, tool):
    ratio = row["tools"][tool]["ratio"]
    return 1 / ratio if row["better"] == "more" else ratio


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def means(rows, tools):
    """Of the slowdowns: over all workloads a tool has run, and over those but `true`."""
    found = {}
    for tool in tools:
        rows_of = [row for row in rows if tool in row["tools"]]
        rest = [row for row in rows_of if row["name"] != START_UP]
        found[tool] = {
            "all": geometric_mean([slowdown(r, tool) for r in rows_of]) if rows_of else None,
            "without_true": geometric_mean([slowdown(r, tool) for r in rest]) if rest else None,
            "at_least": any("at_least" in row["tools"][tool] for row in rows_of),
        }
    return found


def targets(rows, wanted):
    """The targets: what, limit, value and whether it was met; value None: not measured."""
    by_name = {row["name"]: row for row in rows if "record" in row["tools"]}
    slow = {name: slowdown(row, "record") for name, row in by_name.items()}
    found = []

    def at_most(what, limit, value):
        met = None if value is None else value <= limit
        found.append({"what": what, "limit": f"at most {limit}", "value": value, "met": met})

    def at_least(what, limit, value, more=False):
        """`more`: it is that much or more."""
        met = None if value is None or (more and value < limit) else value >= limit
        found.append({"what": what, "limit": f"at least {limit}", "value": value, "met": met})

    rest = [value for name, value in slow.items() if name != START_UP]
    at_most(
        "geometric mean of the slowdowns, without true",
        1.04,
        geometric_mean(rest) if len(by_name) == wanted else None,
    )
    for name, value in slow.items():
        if name not in ("phases", START_UP, *SERVERS):
            at_most(f"slowdown of {name}", 1.15 if name == "listing" else 1.10, value)
    for name in (*SERVERS, "phases"):
        row = by_name.get(name)
        limit = 0.85 if name == "phases" else 0.98
        at_least(f"throughput of {name}", limit, row and row["tools"]["record"]["ratio"])
    others = [
        slow[name] / slowdown(row, "bpftrace")
        for name, row in by_name.items()
        if "bpftrace" in row["tools"]
    ]
    at_most("record / bpftrace, the worst workload", 1.05, max(others, default=None))
    for name, limit in (("dd", 100), ("make", 3)):
        tools = by_name.get(name, {"tools": {}})["tools"]
        value, more = None, False
        if "strace" in tools:
            value = tools["strace"]["median"] / tools["record"]["median"]
            more = "at_least" in tools["strace"]
        at_least(f"strace -f / record on {name}", limit, value, more)
    start = by_name.get(START_UP)
    if start:
        tools = start["tools"]
        start = (tools["record"]["median"] - tools["native"]["median"]) * 1000
    at_most("milliseconds that record adds to true", 3, start)
    peaks = [
        row["tools"][tool].get("peak_kib")
        for row in by_name.values()
        for tool in ("record", "known", "exact")
        if tool in row["tools"] and "at_least" not in row["tools"][tool]
    ]
    known = [peak for peak in peaks if peak]
    peak = max(known) / 1024 if known and len(known) == len(peaks) else None
    at_most("peak memory of the learner, MiB", 4, peak)
    return found


def number(value):
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 100 or value < 1 else f"{value:.2f}"


def _cell_text(row, tool, rounds):
    figures = row["tools"].get(tool)
    if figures is None:
        return "–"
    if tool == "native":
        if row["unit"] != "s":
            return f"{number(figures['median'])} {row['unit']}"
        if figures["median"] < 0.1:
            return f"{figures['median'] * 1000:.2f} ms"
        return f"{figures['median']:.3f} s"
    text = ("> " if "at_least" in figures else "") + number(figures["ratio"])
    if figures["rounds"] > 1:
        text += f" ({number(figures['ratio_min'])}–{number(figures['ratio_max'])})"
    if figures["rounds"] < rounds:
        text += f" n={figures['rounds']}"
    return text


def _line(cells):
    return "| " + " | ".join(cells) + " |"


def table(result, tools):
    """The result as Markdown."""
    rows, rounds = result["workloads"], result["rounds"]
    m = result["machine"]
    out = [
        f"{m['cores']} cores of {m['cpu']}, Linux {m['kernel']}, "
        f"{'as root' if m['root'] else 'as an ordinary user'}, {result['date']}, "
        f"{rounds} rounds.",
        "",
        "Times are multiples of the native time; where the native column says ../s, they are the",
        "share of the native throughput that is left (less than 1 is slower). Median of the rounds,",
        "in brackets the lowest and the highest; n: fewer rounds, as the tool is slow;",
        f"'>': ended after {result['limit']:.0f} s.",
        "",
        _line(["workload", *(tool.title for tool in tools), "stops", "notified", "sieves", "peak MiB"]),
        _line(["---"] + ["---:"] * (len(tools) + 4)),
    ]
    for row in rows:
        record = row["tools"].get("record", {})
        peak = record.get("peak_kib")
        last = [
            f"{record['stops']:,}" if "stops" in record else "–",
            f"{record['notifications']:,}" if "notifications" in record else "–",
            str(record.get("sieves", "–")),
            f"{peak / 1024:.1f}" if peak else "–",
        ]
        out.append(_line([row["name"], *(_cell_text(row, t.name, rounds) for t in tools), *last]))
    mean = result["geometric_mean"]
    for key, title in (("all", "geometric mean"), ("without_true", "… without true")):
        cells = [
            ""
            if t.name == "native"
            else ("> " if mean[t.name]["at_least"] else "") + number(mean[t.name][key])
            for t in tools
        ]
        out.append(_line([title, *cells, "", "", "", ""]))
    out += ["", "Peak memory of the tools in MiB, the largest over all workloads: " + ", ".join(
        f"{tool.title} {max(known) / 1024:.1f}"
        for tool in tools
        if (known := [r["tools"].get(tool.name, {}).get("peak_kib") or 0 for r in rows])
        and max(known) > 0
    ) + ".", ""]
    return "\n".join(out)


def verdicts(result):
    out = [_line(["target", "limit", "measured", ""]), _line(["---", "---", "---:", "---"])]
    for target in result["targets"]:
        met = {True: "met", False: "MISSED", None: "not measured"}[target["met"]]
        out.append(_line([target["what"], target["limit"], number(target["value"]), met]))
    return "\n".join(out)
