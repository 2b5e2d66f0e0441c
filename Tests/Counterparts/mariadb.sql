create table alerts (
    id int auto_increment primary key,
    severity varchar(20) not null,
    source text,
    score decimal(6, 3),
    ratio double,
    seen boolean default false,
    big bigint unsigned,
    raised datetime(6),
    changed timestamp(6) null,
    day date,
    ref uuid,
    detail json,
    evidence blob,
    doubled int generated always as (2) stored
);
create table `Odd "Name"` (`Key` varchar(50), second int, `select` text, primary key (`Key`, second));
create table plain (a int);
create table numbers (n int primary key);
insert into numbers select seq from seq_1_to_10001;
create table secrets (id int primary key);
create view high as select * from alerts where severity = 'high';
delimiter //
create procedure close_alert(wanted int, inout closed text)
begin update alerts set severity = 'closed' where id = wanted; set closed = concat('alert ', wanted); end //
create procedure two_tables() begin select 1 as a; select 2 as b; end //
create function doubled(x int) returns int deterministic return 2 * x //
delimiter ;
grant select, insert, update, delete on alerts to tocsin@'127.0.0.1';
grant select, insert, update, delete on `Odd "Name"` to tocsin@'127.0.0.1';
grant select, insert, update, delete on plain to tocsin@'127.0.0.1';
grant select on numbers to tocsin@'127.0.0.1';
grant select on high to tocsin@'127.0.0.1';
grant execute on procedure close_alert to tocsin@'127.0.0.1';
grant execute on procedure two_tables to tocsin@'127.0.0.1';
grant execute on function doubled to tocsin@'127.0.0.1';
