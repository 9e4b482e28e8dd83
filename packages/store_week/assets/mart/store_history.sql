/* asset:
  description: The stores as each dump had them.
  grain: one row for each dump's date and store
  materialize: insert_overwrite
  dataset: store
  partition_by: [date]
  checks:
    - not_null: [store_key, date]
    - unique: [date, store_key]
*/
SELECT store.store_key, store.store_num, store.store_desc, store.addr, store.city, store.region,
       store.cntry_cd, store.cntry_nm, store.postal_zip_cd, store.prov_state_desc, store.prov_state_cd,
       store.store_type_cd, store.store_type_desc, store.frnchs_flg, store.store_size, store.market_key,
       store.market_name, store.submarket_key, store.submarket_name, store.latitude, store.longitude,
       dump.date
FROM raw.store_week_store AS store
CROSS JOIN dump
