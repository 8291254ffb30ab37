-- The two databases themselves, with what belongs to a database and not to its content.
create role registry;
create role shop;
create role reporting;

create database users owner registry encoding 'UTF8' locale 'C.UTF-8' template template0;
comment on database users is 'Everybody who has ever signed up: “users”';
alter database users connection limit 40;
alter database users set statement_timeout = '10min';
grant connect on database users to reporting;

create database orders owner shop encoding 'UTF8' locale 'C.UTF-8' template template0;
alter database orders set timezone = 'Europe/Vienna';
alter role reporting in database orders set work_mem = '32MB';
revoke connect on database orders from public;
grant connect on database orders to reporting;
