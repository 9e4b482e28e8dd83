# Warnings, sanitizers, the fast linker and the compiler cache: one place for what every target shares.
find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(tw_options INTERFACE)
target_compile_options(tw_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
    -fno-omit-frame-pointer -msse4.2 -mpclmul)  # both since 2010; simdjson picks its code by them
target_include_directories(tw_options INTERFACE ${CMAKE_SOURCE_DIR}/src)

find_program(MOLD mold)
if(MOLD)
    target_link_options(tw_options INTERFACE -fuse-ld=mold)
endif()

# Beside the binary lies libduckdb.so: the program runs from any folder it is copied to with it.
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_BUILD_RPATH "$ORIGIN")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -D_GLIBCXX_ASSERTIONS")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
if(TRADEWIND_SANITIZER)
    target_compile_options(tw_options INTERFACE -fsanitize=${TRADEWIND_SANITIZER} -fno-sanitize-recover=all)
    target_link_options(tw_options INTERFACE -fsanitize=${TRADEWIND_SANITIZER})
endif()
