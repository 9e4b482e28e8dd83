/* asset:
  description: The stores as the newest dump has them.
  grain: one row for each store
  materialize: view
*/
SELECT store_key, store_num, store_desc, addr, city, region, cntry_cd, cntry_nm, postal_zip_cd,
       prov_state_desc, prov_state_cd, store_type_cd, store_type_desc, frnchs_flg, store_size, market_key,
       market_name, submarket_key, submarket_name, latitude, longitude, date
FROM store_history
WHERE date = (SELECT max(date) FROM store_history)
