"""Commands for whoever runs Drempel:  python -m storage <command>."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from tqdm import tqdm

from flows.tongues import STAFF_LANGUAGES
from flows.whatif import many, past
from storage import access, backup, demo, grants, retention, staff, watch
from storage.demo import year
from storage.exports import conversations as exports
from storage.exports import handed_out
from storage.logs import counting, pastlogs, seals, verified
from storage.sealed import new_secret
from storage.settings import Settings
from storage.store import Store, StoreTrouble, migrate, open_store

STOPPED = 130  # what a shell gives for Ctrl-C
COUNTED_AT_ONCE = 20_000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m storage", description="Looks after the store.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("migrate", help="create the store, or bring it up to date").set_defaults(run=_migrate)
    commands.add_parser("key", help="print a fresh DREMPEL_SECRET_KEY").set_defaults(run=_key)
    _keeping_commands(commands)
    commands.add_parser("audit", help="print what should be moving and is not").set_defaults(run=_audit)
    _demo_commands(commands.add_parser("demo", help="fill an empty store with a made-up shelter"))
    commands.add_parser("count", help="bring the desk's figures up to date").set_defaults(run=_count)
    _export_commands(commands.add_parser("export", help="write what may leave the store to a file"))
    printing = commands.add_parser("logs", help="print past conversations, codes only, a line of JSON each")
    printing.add_argument("--limit", type=int, help="only so many")
    printing.set_defaults(run=_logs)
    _verify_command(commands.add_parser("verify-log", help="name what was changed in the logs afterwards"))
    _staff_commands(commands.add_parser("staff", help="look after the accounts of the desk"))
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except StoreTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _migrate(_chosen: argparse.Namespace) -> int:
    settings = Settings.load()
    migrate(settings)
    open_store(settings, restoring=True).close()  # is it ours to read?
    return 0


def _key(_chosen: argparse.Namespace) -> int:
    print(new_secret())
    return 0


def _keeping_commands(commands: Any) -> None:
    rotating = commands.add_parser("rotate-key", help="wrap every case's key by the newest master key")
    rotating.set_defaults(run=_rotate)
    data = commands.add_parser(
        "backup", help="write the data to a file, or the keys to a folder of their own"
    )
    where = data.add_mutually_exclusive_group(required=True)
    where.add_argument("file", type=Path, nargs="?", help="of the data; name it ….data")
    where.add_argument(
        "--keys", type=Path, metavar="FOLDER", help="of the keys; those of a week ago are deleted"
    )
    data.set_defaults(run=_backup)
    back = commands.add_parser(
        "restore", help="fill an empty store from a backup; whoever was forgotten stays so"
    )
    which = back.add_mutually_exclusive_group(required=True)
    which.add_argument("file", type=Path, nargs="?", help="of the data")
    which.add_argument("--keys", type=Path, metavar="FILE", help="of the keys: before the data")
    back.set_defaults(run=_restore)
    keeping = commands.add_parser("retention", help="list what may go by now, and why")
    keeping.add_argument("--go", action="store_true", help="and let it go")
    keeping.set_defaults(run=_retention)
    least = commands.add_parser("grants", help="print the SQL that gives a PostgreSQL role the least we need")
    least.add_argument("role", help="the account that the programs use")
    least.set_defaults(run=_grants)


def _grants(chosen: argparse.Namespace) -> int:
    url = make_url(Settings.load().database_url)
    if url.get_backend_name() != "postgresql" or not url.database:
        raise StoreTrouble("DREMPEL_DATABASE_URL names no PostgreSQL database: SQLite has no roles")
    print("\n".join(f"{one};" for one in grants.statements(chosen.role, url.database)))
    return 0


def _rotate(_chosen: argparse.Namespace) -> int:
    """May be interrupted at any moment: the next run goes on from there."""
    with closing(open_store(Settings.load())) as store:
        cases = store.keys.cases
        with tqdm(total=cases.wrapped_by_others(), unit="key", disable=None) as bar:
            try:
                for done in cases.rotate():
                    bar.update(done)
            except KeyboardInterrupt:
                print("stopped: the same command goes on from there", file=sys.stderr)
                return STOPPED
        _noted(store, f"rotated:{cases.masters.current}")
        until = _day(time.time() + backup.KEYS_KEPT)
        print(f"every key is wrapped by {cases.masters.current}.")
        print("Back up data and keys now: what was kept before needs the old master key to be restored.")
        print(f"Keep it till {until}, when the last backup of keys from before is gone; then take it out of")
        print("DREMPEL_SECRET_KEY, start the programs anew, and destroy it everywhere.")
    return 0


def _backup(chosen: argparse.Namespace) -> int:
    with closing(open_store(Settings.load())) as store:
        if chosen.keys is not None:
            written, gone = backup.write_keys(store, chosen.keys, time.time())
            _noted(store, "backed_up:keys")
            print(f"{written}; {gone} older than a week deleted")
        else:
            backup.write(store, chosen.file, lambda table: print(table, file=sys.stderr))
            _noted(store, "backed_up:data")
            print(chosen.file)
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    """Code 1 where cases came back that no key opens."""
    with closing(open_store(Settings.load(), restoring=True)) as store:
        if chosen.keys is not None:
            came = backup.restore_keys(store, chosen.keys)
            _noted(store, "restored:keys")
            print(f"{came} keys came back")
            return 0
        back = backup.restore(store, chosen.file, lambda table: print(table, file=sys.stderr))
    with closing(open_store(Settings.load())) as store:  # its own keys came with it
        _noted(store, "restored:data")
    if back.forgotten:
        print(f"{back.forgotten} were forgotten since, and are empty again", file=sys.stderr)
    if back.lost:
        print(f"{back.lost} cases cannot be opened: restore the newest keys with --keys", file=sys.stderr)
    return 1 if back.lost else 0


def _retention(chosen: argparse.Namespace) -> int:
    now = time.time()
    with closing(open_store(Settings.load())) as store:
        found = retention.due(store, now)
        for one in found:
            rule, day = one.rule, _day(one.since)
            print(f"{one.intake_id}  {rule.name}: {rule.days} days after it was {rule.since} ({day})")
        looks = retention.looks_due(store, now)
        if looks:
            print(f"{looks} entries of the log of looks: five years after they were sealed")
        gone = sum(retention.forget(store, one, now) for one in found) if chosen.go else 0
        gone += retention.end_looks(store, now) if chosen.go else 0
    print(f"{gone} gone" if chosen.go else f"{len(found) + looks} may go; --go lets them go", file=sys.stderr)
    return 0


def _noted(store: Store, what: str) -> None:
    """What was done on the server stands in the log of looks, by nobody who is signed in."""
    staff.record(store, access.NOBODY, what, time.time())


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone().date()


def _audit(_chosen: argparse.Namespace) -> int:
    """Code 1 when there is something to look at."""
    with closing(open_store(Settings.load())) as store:
        found = watch.audit(store, time.time())
    for finding in found:
        print(finding)
    return 1 if found else 0


def _logs(chosen: argparse.Namespace) -> int:
    """For `python -m flows whatif --logs`, on this machine or another."""
    with closing(open_store(Settings.load())) as store:
        _noted(store, "logs_printed")
        for wanted in many.in_parts(pastlogs.names(store, chosen.limit)):
            with store.read() as conn:
                for one in pastlogs.read(conn, wanted):
                    print(past.to_line(one))
    return 0


def _verify_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=int, default=1, metavar="SEAL", help="go on from this seal")
    parser.add_argument(
        "--head", action="store_true", help="only print the newest seal, to keep it elsewhere"
    )
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="heads that were kept elsewhere, a line each"
    )
    parser.set_defaults(run=_verify)


def _verify(chosen: argparse.Namespace) -> int:
    """Code 1 where something is wrong; Ctrl-C says from which seal to go on."""
    with closing(open_store(Settings.load())) as store:
        with store.read() as conn:
            newest = seals.head(conn)
        if chosen.head:
            print(newest or "nothing was sealed yet")
            return 0 if newest else 1
        found = 0
        for find in verified.noted(store, chosen.against.read_text()) if chosen.against else ():
            found += 1
            print(find)
        number = chosen.since
        steps = verified.whole(store, time.time(), chosen.since)
        bar = tqdm(
            steps, total=(newest.number if newest else 0) + 2 - chosen.since, unit="seal", disable=None
        )
        try:
            for number, finds in bar:  # noqa: B007 - said where it is stopped
                found += len(finds)
                for find in finds:
                    bar.write(str(find), file=sys.stdout)
        except KeyboardInterrupt:
            print(f"stopped: go on with  python -m storage verify-log --since {number}", file=sys.stderr)
            return STOPPED
    print(f"{found} found" if found else f"whole: {newest.number if newest else 0} seals", file=sys.stderr)
    return 1 if found else 0


def _staff_commands(parser: argparse.ArgumentParser) -> None:
    adding = parser.add_subparsers(dest="what", required=True, metavar="what").add_parser(
        "add", help="add a person; prints a password to be changed at the first sign-in"
    )
    adding.add_argument("--login", help="what they sign in with: small letters and digits")
    adding.add_argument("--name", help="as colleagues see it")
    adding.add_argument("--role", action="append", choices=staff.ROLES, help="may be given more than once")
    adding.add_argument(
        "--alert", default="", help="Apprise address that wakes this person, such as ntfys://…"
    )
    adding.add_argument("--language", default="nl", choices=STAFF_LANGUAGES, help="of the desk's pages")
    adding.set_defaults(run=_staff_add)


def _export_commands(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kind", choices=handed_out.KINDS, help="conversations, or answers as FLOIP Flow Results"
    )
    parser.add_argument("file", type=Path, help="that is written; one that is there is left alone")
    parser.add_argument("--since", type=date.fromisoformat, required=True, metavar="DAY", help="2026-01-05")
    parser.add_argument("--until", type=date.fromisoformat, required=True, metavar="DAY", help="2026-03-29")
    parser.add_argument("--by", required=True, metavar="LOGIN", help="of the supervisor who is answerable")
    parser.add_argument("--purpose", required=True, help="what it is for; it is kept, sealed")
    parser.add_argument("--language", default="nl", choices=STAFF_LANGUAGES, help="of the questions' names")
    parser.add_argument(
        "--linked", action="store_true", help="answers of one conversation together: never for others"
    )
    parser.set_defaults(run=_export)


def _demo_commands(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", action="store_true", help="and with a made-up year of conversations")
    parser.add_argument(
        "--conversations", type=int, default=year.CONVERSATIONS, help="so many (%(default)s)", metavar="N"
    )
    parser.set_defaults(run=_demo)


def _demo(chosen: argparse.Namespace) -> int:
    settings = Settings.load()
    women = demo.wakes_nobody(settings)
    with closing(open_store(settings)) as store:
        print(demo.fill(store, time.time(), women=women), end="")
        code = _year(store, settings, chosen.conversations) if chosen.year else 0
    if not women:
        print(
            "  without made-up cases: a messenger, a staff group or alerts are set, and real people would be rung"
        )
    return code


def _year(store: Store, settings: Settings, conversations: int) -> int:
    """Goes on where an earlier run was stopped; Ctrl-C keeps every whole day."""
    try:
        known = year.plan(store, time.time(), settings.timezone, conversations)
    except year.Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    if known.done:
        print(f"  its year of {known.conversations:,} conversations stands already")
        return _counted(store)
    parts = year.fill(store, known)
    try:
        with (
            closing(parts),
            tqdm(total=year.DAYS, initial=known.made, unit="day", desc="a made-up year") as bar,
        ):
            for part in parts:
                bar.update(len(part.days))
    except KeyboardInterrupt:
        print("stopped: every whole day is kept, and the same command goes on from there", file=sys.stderr)
        return STOPPED
    print(f"  and a year of {known.conversations:,} made-up conversations, till {known.ends}")
    return _counted(store)


def _count(_chosen: argparse.Namespace) -> int:
    with closing(open_store(Settings.load())) as store:
        return _counted(store)


def _counted(store: Store) -> int:
    """May be interrupted at any moment: what is counted stays counted, and the next run goes on from there."""
    with tqdm(total=counting.behind(store), unit="", desc="counting the log") as bar:
        try:
            while counting.behind(store):
                done = counting.count(store, COUNTED_AT_ONCE)
                bar.update(done)
                time.sleep(0 if done else 0.2)  # somebody is still writing what comes next
        except KeyboardInterrupt:
            print(f"interrupted, {counting.behind(store)} still to count", file=sys.stderr)
            return STOPPED
    return 0


def _export(chosen: argparse.Namespace) -> int:
    settings = Settings.load()
    with closing(open_store(settings)) as store:
        try:
            _write(store, settings, chosen)
        except (OSError, staff.Refused) as error:
            print(f"not written: {error}", file=sys.stderr)
            return 1
    return 0


def _write(store: Store, settings: Settings, chosen: argparse.Namespace) -> None:
    """Raises Refused, before there is a file."""
    now, purpose = time.time(), access.written(chosen.purpose, "needs_purpose")
    weeks = exports.weeks(chosen.since, chosen.until, now, settings.timezone)
    by = next((one for one in staff.members(store) if one.login == chosen.by and one.supervises), None)
    if by is None:
        raise staff.Refused("no such supervisor")
    if not weeks:
        raise staff.Refused("no whole week that is over")
    known = {
        "by": by.id,
        "purpose": purpose,
        "now": now,
        "language": chosen.language,
        "linked": chosen.linked,
    }
    with chosen.file.open("xb") as file, tqdm(weeks, unit="week") as going:
        handed_out.make(store, chosen.kind, going, file, **known)


def _staff_add(chosen: argparse.Namespace) -> int:
    with closing(open_store(Settings.load())) as store:
        login = chosen.login or input("Signs in as: ")
        name = chosen.name or input("Name: ")
        roles = chosen.role or input(f"Roles ({', '.join(staff.ROLES)}): ").replace(",", " ").split()
        try:
            person, password = staff.add(
                store, login, name, roles, time.time(), alert=chosen.alert, language=chosen.language
            )
        except staff.Refused as refused:
            print(f"not added: {refused}", file=sys.stderr)
            return 1
        _noted(store, f"add:{person.id}")
    print(f"{person.name} signs in as {person.login} with {password}, to be changed at the first sign-in.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
