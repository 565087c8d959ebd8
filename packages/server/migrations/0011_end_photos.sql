-- A video may end on a photo of its own, where the model can.

alter table generation
  add column end_upload_id uuid,
  add foreign key (tenant_id, end_upload_id) references upload (tenant_id, id);

create index generation_of_end_upload on generation (tenant_id, end_upload_id) where end_upload_id is not null;
