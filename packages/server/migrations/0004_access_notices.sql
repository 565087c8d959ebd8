-- Servers remember keys for a moment. What changes who may do what is told to them at once.

create function tell_access_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('imgvid_access', '');
  return null;
end $$;

create trigger access_changed after update of revoked_at, expires_at, scopes or delete on api_key
  for each statement execute function tell_access_changed();
create trigger access_changed after update or delete on site
  for each statement execute function tell_access_changed();
create trigger access_changed after update of status or delete on tenant
  for each statement execute function tell_access_changed();

-- Making a tenant happens before there is a scope to be in.
grant insert on tenant, site, api_key to imgvid_system;
