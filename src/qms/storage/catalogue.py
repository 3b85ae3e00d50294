"""What a database on PostgreSQL is made of besides its rows, in words a founding is held to.

Each part has a name and says something: what a founding says to a server, and what that tells
of itself, are brought into one spelling, whatever version of either is at work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Final

from sqlalchemy import CheckConstraint, Column, Connection, Table, create_mock_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import DDLElement

from . import guards, tables

# Other tables may lie in the schema, and extensions: of them nothing is believed. An application
# that may do nothing that not everybody may, does not work here: what everybody may is told by
# itself.
_OURS: Final = """
WITH ours AS (SELECT pg_class.oid, relname, relowner, relacl, relkind, relpersistence,
relrowsecurity, relforcerowsecurity, pg_roles.oid AS application FROM pg_class
LEFT JOIN pg_roles ON rolname = pg_get_userbyid(relowner) || '_app'
WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname = ANY (:tables)),
works AS (SELECT DISTINCT application FROM ours
CROSS JOIN unnest(ARRAY['DELETE', 'INSERT', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE']) AS verb
WHERE CASE WHEN verb IN ('DELETE', 'TRIGGER', 'TRUNCATE')
THEN has_table_privilege(application, oid, verb)
> has_table_privilege(CAST('public' AS name), oid, verb)
ELSE has_any_column_privilege(application, oid, verb)
> has_any_column_privilege(CAST('public' AS name), oid, verb) END)
"""
_TABLES: Final = """
SELECT 'table ' || relname, concat_ws(', ', string_agg(concat_ws(' ', attname,
format_type(atttypid, atttypmod),
(SELECT 'COLLATE ' || collname FROM pg_collation
WHERE oid = attcollation AND collname <> 'default'),
CASE WHEN attnotnull THEN 'NOT NULL' END,
(SELECT 'DEFAULT ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef
WHERE adrelid = ours.oid AND adnum = attnum),
nullif(CAST(attidentity AS text) || CAST(attgenerated AS text), '')), ', ' ORDER BY attname),
(SELECT string_agg(pg_get_constraintdef(oid), ', ' ORDER BY conname) FROM pg_constraint
WHERE conrelid = ours.oid AND contype IN ('c', 'f', 'x')),
CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END,
CASE WHEN relkind <> 'r' OR relpersistence <> 'p' THEN 'of another kind' END,
CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE inhparent = ours.oid) THEN 'has heirs' END)
FROM ours LEFT JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
GROUP BY ours.oid, relname, relrowsecurity, relforcerowsecurity, relkind, relpersistence
"""
_INDEXES: Final = """
SELECT 'index ' || index.relname, pg_get_indexdef(index.oid)
|| CASE WHEN indisvalid AND indisready AND indislive THEN '' ELSE ' INVALID' END
FROM ours JOIN pg_index ON indrelid = ours.oid JOIN pg_class AS index ON index.oid = indexrelid
"""
_TRIGGERS: Final = """
SELECT 'trigger ' || tgname,
CASE tgenabled WHEN 'O' THEN '' ELSE 'off ' END || pg_get_triggerdef(pg_trigger.oid)
FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
"""
_RULES: Final = """
SELECT 'rule ' || rulename, relname FROM ours JOIN pg_rewrite ON ev_class = ours.oid
UNION ALL SELECT 'policy ' || polname, relname FROM ours JOIN pg_policy ON polrelid = ours.oid
"""
_FUNCTIONS: Final = """
SELECT 'function ' || proname, prosrc || CASE
WHEN prosecdef OR lanname <> 'plpgsql' OR proconfig IS DISTINCT FROM
ARRAY['search_path=' || quote_ident(current_schema()) || ', pg_temp']
THEN ' OTHERWISE' ELSE '' END
FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
WHERE pronamespace = CAST(current_schema() AS regnamespace) AND proname LIKE 'qms^_%' ESCAPE '^'
"""
# A right may come from a role that the application is a member of, or from PUBLIC.
_RIGHTS: Final = """
SELECT 'rights on ' || relname, concat_ws(', ',
(SELECT string_agg(verb, ', ' ORDER BY verb)
FROM unnest(ARRAY['DELETE', 'INSERT', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE']) AS verb
WHERE has_table_privilege(application, ours.oid, verb)),
(SELECT string_agg('UPDATE ' || attname, ', ' ORDER BY attname)
FROM pg_attribute WHERE attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
AND has_column_privilege(application, ours.oid, attnum, 'UPDATE')))
FROM ours JOIN works USING (application)
"""
# What a founding takes away from everybody, no copy of a database is made without (pg_dump). Who
# may connect to a database that is somebody else's, the owner of the tables has no say in.
_DATABASE: Final = """
SELECT 'temporary tables of ' || pg_get_userbyid(application), 'TEMPORARY'
FROM works WHERE has_database_privilege(application, current_database(), 'TEMPORARY')
UNION ALL SELECT 'connections of PUBLIC', 'CONNECT' FROM pg_database
WHERE datname = current_database() AND EXISTS (SELECT FROM works)
AND has_database_privilege(CAST('public' AS name), oid, 'CONNECT')
AND EXISTS (SELECT FROM ours WHERE pg_has_role(relowner, datdba, 'USAGE'))
"""
# Whoever may only read alters nothing: a replica, a backup.
_OTHERS: Final = """
SELECT 'grant on ' || relname || ' to ' || coalesce(rolname, 'PUBLIC'), privilege_type
FROM ours CROSS JOIN LATERAL (
SELECT grantee, privilege_type FROM aclexplode(relacl) UNION
SELECT given.grantee, given.privilege_type FROM pg_attribute
CROSS JOIN LATERAL aclexplode(attacl) AS given WHERE attrelid = ours.oid) AS granted
LEFT JOIN pg_roles ON pg_roles.oid = grantee
WHERE grantee NOT IN (relowner, coalesce(application, relowner))
AND privilege_type IN ('DELETE', 'INSERT', 'TRIGGER', 'TRUNCATE', 'UPDATE')
"""
# Relations and types share their names; whatever triggers and is called as a guard, is one.
_NAMED: Final = text("""
SELECT relname, CASE relkind WHEN 'r' THEN relname = ANY (:tables)
WHEN 'S' THEN relname = ANY (:sequences) WHEN 'i' THEN EXISTS (
SELECT FROM pg_index JOIN pg_class AS home ON home.oid = indrelid
WHERE indexrelid = pg_class.oid AND home.relname = ANY (:tables)) ELSE false END
FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace)
AND relname = ANY (:relations)
UNION ALL SELECT typname, false FROM pg_type
WHERE typnamespace = CAST(current_schema() AS regnamespace) AND typrelid = 0
AND typname = ANY (:tables)
UNION ALL SELECT proname, false FROM pg_proc
WHERE pronamespace = CAST(current_schema() AS regnamespace) AND pronargs = 0
AND proname = ANY (:functions) AND prorettype <> CAST('trigger' AS regtype)
""")
_PARTS: Final = (_TABLES, _INDEXES, _TRIGGERS, _RULES, _FUNCTIONS, _RIGHTS, _DATABASE, _OTHERS)
_ALL: Final = text(_OURS + "UNION ALL".join(_PARTS))

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_FUNCTION: Final = re.compile(r"FUNCTION (qms_\w+)\(\) RETURNS trigger .*?\$\$(.*?)\$\$", re.S)
_TRIGGER: Final = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s.*?EXECUTE FUNCTION \w+\(.*?\)", re.S
)
_INDEX: Final = re.compile(r"CREATE (?:UNIQUE )?INDEX (\w+) .*", re.S)
_ADDED: Final = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (.*)")
_HOME: Final = re.compile(r" ON ([^ .]+\.)?(\w+)( USING btree)?")
_WHERE: Final = re.compile(r" WHERE \((.*)\)$")
_EVENTS: Final = re.compile(r"(BEFORE|AFTER) (.*?) ON ")
_SEQUENCE: Final = re.compile(r"nextval\('(\w+)'")
_WHEN: Final = re.compile(r" WHEN \((.*)\) EXECUTE ")


def there(connection: Connection) -> Mapping[str, str]:
    """Return what each part of a database says, in the spelling of ``due``.

    Where nobody but the owner works, no rights were granted, and none are missed.
    """
    names = [table.name for table in tables.metadata.sorted_tables]
    found: dict[str, list[str]] = {}
    for name, said in connection.execute(_ALL, {"tables": names}):
        found.setdefault(name, []).append(_alike(name, said))
    every = {name: "\n".join(sorted(said)) for name, said in found.items()}
    if any(map(_of_the_application, every)):
        return every
    return every | {name: said for name, said in due().items() if _of_the_application(name)}


def named(connection: Connection) -> Iterator[tuple[str, bool]]:
    """Yield what has a name that a founding gives, and whether it is of the same kind."""
    home, sequences = _called("table"), _SEQUENCE.findall(" ".join(due().values()))
    asked = {"tables": home, "functions": _called("function"), "sequences": sequences}
    asked["relations"] = [*home, *_called("index"), *sequences]
    for name, alike in connection.execute(_NAMED, asked):
        yield str(name), bool(alike)


def _called(kind: str) -> list[str]:
    return [name for one, _, name in (part.partition(" ") for part in due()) if one == kind]


def _of_the_application(name: str) -> bool:
    return name.startswith("rights on ")


@cache
def due() -> Mapping[str, str]:
    """Return what each part says of a database that was just founded, and no more."""
    said: list[str] = []

    def hear(statement: DDLElement, *_: object, **__: object) -> None:
        said.append(str(statement.compile(dialect=server.dialect)))

    server = create_mock_engine("postgresql+psycopg://", hear)
    tables.metadata.create_all(server, checkfirst=False)
    every = "\n".join(said).replace("%%", "%")
    parts = {f"function {name}": body for name, body in _FUNCTION.findall(every)}
    parts |= {f"trigger {one[1]}": one[0] for one in _TRIGGER.finditer(every)}
    parts |= {f"index {index[1]}": one for one in said if (index := _INDEX.match(one))}
    more = dict(_ADDED.findall(every))
    for table in tables.metadata.sorted_tables:
        keys = ", ".join(column.name for column in table.primary_key)
        name = f"{table.name}_pkey"
        parts[f"index {name}"] = f"CREATE UNIQUE INDEX {name} ON {table.name} ({keys})"
        parts[f"table {table.name}"] = ", ".join(_made(table, more.get(table.name, "")))
        parts[f"rights on {table.name}"] = ", ".join(_granted(table))
    return {name: _alike(name, one) for name, one in parts.items()}


def _made(table: Table, more: str) -> Iterator[str]:
    """Yield how a table is made: its columns by their names, then what holds of its rows."""
    yield from sorted([*(_column(one, table) for one in table.columns), *filter(None, [more])])
    for constraint in chain(table.constraints, *(one.constraints for one in table.columns)):
        if isinstance(constraint, CheckConstraint):
            yield f"CHECK (({constraint.sqltext}))"


def _column(column: Column[object], home: Table) -> str:
    kind, _, rest = str(column.type.compile(dialect=_DIALECT)).partition(" ")
    said = [column.name, kind.lower(), rest, "" if column.nullable else "NOT NULL"]
    if column is home.autoincrement_column:
        said.append(f"DEFAULT nextval('{home}_{column.name}_seq'::regclass)")
    return " ".join(filter(None, said))


def _granted(table: Table) -> Iterator[str]:
    verbs, altered = guards.granted(table)
    yield from sorted(verbs)
    yield from (f"UPDATE {name}" for name in sorted(altered))


def _alike(name: str, said: str) -> str:
    """Return what a part says in one spelling, without what a server adds or puts in order."""
    kind = name.partition(" ")[0]
    if kind not in ("index", "table", "trigger"):
        return said
    said = " ".join(said.replace('"', "").split())
    if kind == "index":
        return _WHERE.sub(r" WHERE \1", _HOME.sub(r" ON \2", said))
    if kind == "trigger":
        said = _EVENTS.sub(_in_order, _HOME.sub(r" ON \2", said, count=1), count=1)
        return _WHEN.sub(_bare, said)
    return said


def _in_order(found: re.Match[str]) -> str:
    return f"{found[1]} {' OR '.join(sorted(found[2].split(' OR ')))} ON "


def _bare(found: re.Match[str]) -> str:
    return f" WHEN {re.sub('::text|[()]', '', found[1])} EXECUTE "
