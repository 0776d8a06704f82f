-- Payments: what is owed and what was given back, and a work list of things to ask the providers about.

alter table public.subscriptions
  -- Since when we know that the provider cannot charge; the plan's grace period counts from here.
  add column past_due_since timestamptz,
  -- The last failed charge that was told of: `<invoice>:<attempt>`.
  add column failed_invoice text;

alter table public.payments
  -- The provider's own id of the page to pay at, where it has one.
  add column checkout_id text,
  -- Micros given back so far, taken from the wallet or owed.
  add column refunded bigint not null default 0 check (refunded >= 0 and refunded <= amount),
  drop constraint payments_status_check,
  add constraint payments_status_check
    check (status in ('pending', 'approved', 'declined', 'voided', 'error', 'expired')),
  -- What the provider settles by: nothing is given back of what was not approved.
  add constraint payments_refunded_was_approved check (refunded = 0 or status in ('approved', 'voided'));
create unique index payments_checkout on public.payments (provider, checkout_id) where checkout_id is not null;

-- Money that a provider gave back. Each booked row is one entry of the wallet; an owed one is what the
-- wallet could not give, taken from the next top-ups.
create table public.payment_refunds (
  id text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  payment_id text not null references public.payments (id) on delete cascade,
  -- Micros.
  amount bigint not null check (amount > 0),
  status text not null check (status in ('booked', 'owed')),
  created_at timestamptz not null default now(),
  booked_at timestamptz,
  check ((status = 'booked') = (booked_at is not null))
);
create index payment_refunds_payment on public.payment_refunds (payment_id);
create index payment_refunds_owed on public.payment_refunds (org_id, created_at, id) where status = 'owed';
call app.isolate('payment_refunds');
grant select on public.payment_refunds to alo_app;
call app.audit('payment_refunds');

-- What providers are asked about without an event of theirs, and when.
create table public.billing_checks (
  -- An organization (its subscription), a provider's checkout, or a payment.
  subject text primary key,
  org_id text not null references public.organizations (id) on delete cascade,
  kind text not null check (kind in ('subscription', 'checkout', 'payment')),
  since timestamptz not null default now(),
  due_at timestamptz not null,
  -- A transaction that a payer's browser came back with: to be looked at, not to be believed.
  hint text check (length(hint) <= 200)
);
create index billing_checks_due on public.billing_checks (due_at);
create index billing_checks_org on public.billing_checks (org_id);
call app.isolate('billing_checks');

-- What was under way before there was a list.
insert into public.billing_checks (subject, org_id, kind, due_at)
  select org_id, org_id, 'subscription', now() from public.subscriptions where provider_customer_id is not null;
insert into public.billing_checks (subject, org_id, kind, since, due_at)
  select id, org_id, 'payment', created_at, now() from public.payments where status in ('pending', 'approved');
