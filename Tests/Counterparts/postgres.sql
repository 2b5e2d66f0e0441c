create table alerts (
    id serial primary key,
    severity text not null,
    source text,
    score numeric(6, 3),
    ratio double precision,
    seen boolean default false,
    big bigint,
    raised timestamp,
    changed timestamptz,
    day date,
    ref uuid,
    detail jsonb,
    evidence bytea,
    doubled integer generated always as (2) stored
);
create table "Odd ""Name""" ("Key" text, second int, "select" text, primary key ("Key", second));
create table plain (a int);
create schema other;
create table other.alerts (id int primary key, note text);
create table numbers (n int primary key);
insert into numbers select n from generate_series(1, 10001) n;
create table secrets (id int primary key);
create view high as select * from alerts where severity = 'high';
create procedure close_alert(wanted int, inout closed text) language plpgsql as $$
begin update alerts set severity = 'closed' where id = wanted; closed := 'alert ' || wanted; end $$;
create function of_severity(wanted text) returns setof alerts language sql as $$ select * from alerts where severity = wanted $$;
grant usage on schema public, other to tocsin;
grant select, insert, update, delete on alerts, "Odd ""Name""", plain, other.alerts, high to tocsin;
grant select on numbers to tocsin;
grant usage on sequence alerts_id_seq to tocsin;
