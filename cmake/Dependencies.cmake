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
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(XGBOOST REQUIRED IMPORTED_TARGET xgboost)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)

set(DUCKDB_DIR ${CMAKE_SOURCE_DIR}/.deps/duckdb)
if(NOT EXISTS ${DUCKDB_DIR}/libduckdb.so)
    message(FATAL_ERROR "DuckDB is not set up: run 'make setup' first")
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
    IMPORTED_LOCATION ${DUCKDB_DIR}/libduckdb.so
    IMPORTED_NO_SONAME FALSE
    INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_DIR})
# From its sources, with the part of flatcc that it writes messages with; C, and not judged by our warnings.
set(NANOARROW_DIR ${CMAKE_SOURCE_DIR}/.deps/nanoarrow)
if(NOT EXISTS ${NANOARROW_DIR}/src/nanoarrow)
    message(FATAL_ERROR "nanoarrow is not set up: run 'make setup' first")
endif()
enable_language(C)
set(NANOARROW_VERSION 0.9.0)
string(REPLACE "." ";" NANOARROW_VERSION_PARTS ${NANOARROW_VERSION})
list(GET NANOARROW_VERSION_PARTS 0 NANOARROW_VERSION_MAJOR)
list(GET NANOARROW_VERSION_PARTS 1 NANOARROW_VERSION_MINOR)
list(GET NANOARROW_VERSION_PARTS 2 NANOARROW_VERSION_PATCH)
configure_file(${NANOARROW_DIR}/src/nanoarrow/nanoarrow_config.h.in
    ${CMAKE_BINARY_DIR}/nanoarrow/nanoarrow/nanoarrow_config.h @ONLY)
add_library(nanoarrow STATIC
    ${NANOARROW_DIR}/src/nanoarrow/common/array.c ${NANOARROW_DIR}/src/nanoarrow/common/array_stream.c
    ${NANOARROW_DIR}/src/nanoarrow/common/schema.c ${NANOARROW_DIR}/src/nanoarrow/common/utils.c
    ${NANOARROW_DIR}/src/nanoarrow/ipc/codecs.c ${NANOARROW_DIR}/src/nanoarrow/ipc/decoder.c
    ${NANOARROW_DIR}/src/nanoarrow/ipc/encoder.c ${NANOARROW_DIR}/src/nanoarrow/ipc/reader.c
    ${NANOARROW_DIR}/src/nanoarrow/ipc/writer.c
    ${NANOARROW_DIR}/flatcc/src/runtime/builder.c ${NANOARROW_DIR}/flatcc/src/runtime/emitter.c
    ${NANOARROW_DIR}/flatcc/src/runtime/refmap.c ${NANOARROW_DIR}/flatcc/src/runtime/verifier.c)
target_include_directories(nanoarrow SYSTEM PUBLIC
    ${CMAKE_BINARY_DIR}/nanoarrow ${NANOARROW_DIR}/src ${NANOARROW_DIR}/flatcc/include)
# $ORIGIN: the library and its signed excel extension travel beside the binary.
file(COPY ${DUCKDB_DIR}/libduckdb.so ${DUCKDB_DIR}/excel.duckdb_extension DESTINATION ${CMAKE_BINARY_DIR})
