set role shop;

create table customers (
  id integer primary key,
  name text not null unique,
  address jsonb,
  notes text
);

create table products (
  sku text primary key,
  title text not null,
  price numeric(10, 2) not null check (price >= 0),
  image bytea,
  sizes int4range
);

create sequence order_numbers start 500000;

-- In parts, one for each year.
create table orders (
  number bigint not null default nextval('order_numbers'),
  placed_at timestamptz not null,
  customer_id integer not null references customers,
  paid_on date,
  discount numeric,
  waiting interval,
  primary key (number, placed_at)
) partition by range (placed_at);
alter sequence order_numbers owned by orders.number;
create table orders_2023 partition of orders for values from ('2023-01-01 00:00:00+00') to ('2024-01-01 00:00:00+00');
create table orders_2024 partition of orders for values from ('2024-01-01 00:00:00+00') to ('2025-01-01 00:00:00+00');
create table orders_later partition of orders default;

create table order_lines (
  order_number bigint not null,
  placed_at timestamptz not null,
  line smallint not null,
  sku text not null references products on update cascade,
  quantity integer not null check (quantity > 0),
  price numeric(10, 2) not null,
  total numeric generated always as (quantity * price) stored,
  primary key (order_number, line),
  foreign key (order_number, placed_at) references orders (number, placed_at) deferrable initially deferred
);

insert into customers
select i, format('Müller & Söhne №%s', i),
  case when i % 7 <> 0 then jsonb_build_object('street', 'Straße ' || i, 'zip', lpad(i::text, 5, '0'), 'lat', i / 7.0) end,
  case when i % 3 = 0 then E'delivers at 5 o''clock;\r\n"ring twice" \\o/' end
from generate_series(1, 12000) i;

insert into products
select format('SKU-%s', lpad(i::text, 6, '0')), (array['Tee ☕', 'Käse', 'naïve "art"', '寿司'])[1 + i % 4] || ' ' || i,
  (i % 9000) / 100.0, decode(repeat(md5(i::text), 20), 'hex'), case when i % 2 = 0 then int4range(i % 40, i % 40 + 6) end
from generate_series(1, 5000) i;

insert into orders (placed_at, customer_id, paid_on, discount, waiting)
select timestamptz '2023-01-01 08:00:00+00' + i * interval '18 minutes', 1 + i % 12000,
  case when i % 5 <> 0 then date '2023-01-02' + i / 80 end,
  case i % 20 when 0 then 'NaN' when 1 then 0.000000000000000001 * i when 2 then -1e20 end,
  case when i % 4 = 0 then make_interval(months => i % 5, days => i % 3, secs => i / 3.0::float) end
from generate_series(1, 70000) i;

insert into order_lines (order_number, placed_at, line, sku, quantity, price)
select o.number, o.placed_at, l, format('SKU-%s', lpad((1 + (o.number * 31 + l * 7) % 5000)::text, 6, '0')),
  1 + (o.number + l) % 9, ((o.number * l) % 7777) / 100.0
from orders o, generate_series(1, 3) l;

create index on orders (customer_id);
create index on order_lines (sku) include (quantity);

create function revenue(year integer) returns numeric language sql stable as $$
  select sum(total) from order_lines where extract(year from placed_at) = year
$$;

create procedure mark_paid(wanted bigint) language plpgsql as $$
begin
  update orders set paid_on = current_date where number = wanted and paid_on is null;
end
$$;

create function refuse_price_change() returns trigger language plpgsql as $$
begin
  raise exception 'the price of an order line stays as it was (%)', old.price;
end
$$;
create trigger keep_price before update of price on order_lines for each row execute function refuse_price_change();

create view unpaid_orders as
  select o.number, o.placed_at, c.name from orders o join customers c on c.id = o.customer_id where o.paid_on is null;

create materialized view best_sellers as
  select sku, sum(quantity) as sold from order_lines group by sku order by sold desc, sku limit 500;
create unique index on best_sellers (sku);

alter table customers enable row level security;
create policy everybody_reads on customers for select to reporting using (true);
grant select on all tables in schema public to reporting;
grant execute on function revenue to reporting;
