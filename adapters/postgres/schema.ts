/**
 * The tables, and what must be one step, in the language of the database. A row of `documents` is locked while a writer works on its document: that is the check that no
 * number is written twice. `durability` is a setting of the one transaction.
 */
export function schemaOf(schema: string): string {
  const own = `"${schema}"`;
  return `
do $$ begin
  if to_regnamespace('${own}') is null then create schema ${own}; end if; -- "if not exists" asks for the right to make one even so
end $$;
create table if not exists ${own}.documents (
  name text collate "C" primary key,
  position bigint not null default 0,
  cut_at bigint not null default 0,
  snapshot bytea
);
alter table ${own}.documents add column if not exists epoch bigint not null default 0;
create table if not exists ${own}.updates (
  name text collate "C" not null,
  position bigint not null,
  bytes bytea not null,
  primary key (name, position)
);
create table if not exists ${own}.replicas (
  name text collate "C" not null,
  replica bigint not null,
  next bigint not null,
  primary key (name, replica)
);
create table if not exists ${own}.authors (
  name text collate "C" not null,
  replica bigint not null,
  author text not null,
  primary key (name, replica)
);
create table if not exists ${own}.files (
  name text collate "C" not null,
  key text collate "C" not null,
  bytes bytea not null,
  primary key (name, key)
);

create or replace function ${own}.append(
  doc text, update_bytes bytea, author_name text, keys bigint[], froms bigint[], tos bigint[], made_in bigint, durable text
) returns bigint language plpgsql as $$
declare
  last bigint;
  current bigint;
  known bigint;
  owner text;
  owned bigint;
  is_new boolean := cardinality(keys) = 0;
begin
  perform set_config('synchronous_commit', durable, true);
  loop -- a removal may come between the two
    insert into ${own}.documents (name) values (doc) on conflict do nothing;
    select position, epoch into last, current from ${own}.documents where name = doc for update;
    exit when found;
  end loop;
  if made_in <> current then
    if last > 0 then
      raise exception 'an update of epoch %, where the document is in %', made_in, current using errcode = 'BB003', detail = current::text;
    end if;
    update ${own}.documents set epoch = made_in where name = doc;
  end if;
  for i in 1 .. cardinality(keys) loop
    select next into known from ${own}.replicas where name = doc and replica = keys[i];
    known := coalesce(known, 0);
    continue when tos[i] <= known;
    is_new := true;
    owned := case when keys[i] < 0 then -1 - keys[i] else keys[i] end;
    if froms[i] > known then
      raise exception 'operations of replica % from % on are missing', owned, known using errcode = 'BB001', detail = owned::text;
    end if;
    select author into owner from ${own}.authors where name = doc and replica = owned;
    if found and owner is distinct from author_name then
      raise exception 'replica % belongs to another author', owned using errcode = 'BB002', detail = owned::text;
    end if;
  end loop;
  if not is_new then return last; end if;
  for i in 1 .. cardinality(keys) loop
    insert into ${own}.replicas as r (name, replica, next) values (doc, keys[i], tos[i])
      on conflict (name, replica) do update set next = greatest(r.next, excluded.next);
    if author_name is not null then
      insert into ${own}.authors (name, replica, author)
        values (doc, case when keys[i] < 0 then -1 - keys[i] else keys[i] end, author_name) on conflict do nothing;
    end if;
  end loop;
  last := last + 1;
  update ${own}.documents set position = last where name = doc;
  insert into ${own}.updates (name, position, bytes) values (doc, last, update_bytes);
  return last;
end $$;

create or replace function ${own}.compact(
  doc text, new_snapshot bytea, up_to bigint, keys bigint[], tos bigint[], durable text
) returns boolean language plpgsql as $$
declare
  last bigint;
  cut bigint;
begin
  perform set_config('synchronous_commit', durable, true);
  select position, cut_at into last, cut from ${own}.documents where name = doc for update;
  if not found or up_to > last then return false; end if;
  if up_to <= cut then return true; end if;
  update ${own}.documents set snapshot = new_snapshot, cut_at = up_to where name = doc;
  delete from ${own}.updates where name = doc and position <= up_to;
  for i in 1 .. cardinality(keys) loop
    insert into ${own}.replicas as r (name, replica, next) values (doc, keys[i], tos[i])
      on conflict (name, replica) do update set next = greatest(r.next, excluded.next);
  end loop;
  return true;
end $$;

create or replace function ${own}.cut(
  doc text, new_snapshot bytea, up_to bigint, new_epoch bigint, author_name text, keys bigint[], tos bigint[],
  file_key text, file_bytes bytea, durable text
) returns boolean language plpgsql as $$
declare
  last bigint;
  current bigint;
begin
  perform set_config('synchronous_commit', durable, true);
  select position, epoch into last, current from ${own}.documents where name = doc for update;
  if not found or last <> up_to or last = 0 or current + 1 <> new_epoch then return false; end if;
  update ${own}.documents set snapshot = new_snapshot, cut_at = up_to, epoch = new_epoch where name = doc;
  delete from ${own}.updates where name = doc;
  delete from ${own}.replicas where name = doc;
  delete from ${own}.authors where name = doc;
  insert into ${own}.files (name, key, bytes) values (doc, file_key, file_bytes)
    on conflict (name, key) do update set bytes = excluded.bytes;
  for i in 1 .. cardinality(keys) loop
    insert into ${own}.replicas (name, replica, next) values (doc, keys[i], tos[i]);
    insert into ${own}.authors (name, replica, author)
      values (doc, case when keys[i] < 0 then -1 - keys[i] else keys[i] end, author_name) on conflict do nothing;
  end loop;
  return true;
end $$;

create or replace function ${own}.remove(doc text) returns void language plpgsql as $$
begin
  perform 1 from ${own}.documents where name = doc for update;
  delete from ${own}.updates where name = doc;
  delete from ${own}.replicas where name = doc;
  delete from ${own}.authors where name = doc;
  delete from ${own}.files where name = doc;
  delete from ${own}.documents where name = doc;
end $$;
`;
}

/** All of a document in one statement, so that all parts are of one moment. */
export function loadQuery(schema: string): string {
  const own = `"${schema}"`;
  return `select d.position, d.epoch, case when $2 > 0 and $2 >= d.cut_at then null else d.snapshot end as snapshot,
  array(select u.bytes from ${own}.updates u where u.name = d.name and u.position > $2 or u.name = d.name and $2 < d.cut_at order by u.position) as updates,
  array(select array[a.replica::text, a.author] from ${own}.authors a where a.name = d.name) as authors
  from ${own}.documents d where d.name = $1`;
}
