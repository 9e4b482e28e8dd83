# Libraries that set-up installs (docs/DEPENDENCIES.md has reason and licence of each).
# Every one is wrapped as SYSTEM, so that our warnings do not judge their headers.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(RocksDB REQUIRED)
find_package(GTest REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(date REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Boost 1.81 REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

set(DUCKDB_DIR ${CMAKE_SOURCE_DIR}/.deps/duckdb)
if(NOT EXISTS ${DUCKDB_DIR}/libduckdb.so)
    message(FATAL_ERROR "DuckDB is not set up: run 'make setup' first")
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
    IMPORTED_LOCATION ${DUCKDB_DIR}/libduckdb.so
    IMPORTED_NO_SONAME FALSE
    INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_DIR})
# $ORIGIN: the library and its signed excel extension travel beside the binary.
file(COPY ${DUCKDB_DIR}/libduckdb.so ${DUCKDB_DIR}/excel.duckdb_extension DESTINATION ${CMAKE_BINARY_DIR})
