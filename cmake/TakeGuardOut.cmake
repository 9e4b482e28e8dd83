# cmake -D GUARD=test/guards/x.cmake -D SOURCES=src -D OUT=x.cc -P TakeGuardOut.cmake
# Writes the guard's source file without the guard. The guard's text must stand there once: else the file has changed, and
# the guard's description has to follow.
include(${GUARD})
file(READ ${SOURCES}/${source} code)
string(FIND "${code}" "${guard}" first)
string(FIND "${code}" "${guard}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${GUARD}: its guard does not stand once in ${source}")
endif()
string(REPLACE "${guard}" "${without}" code "${code}")
file(WRITE ${OUT} "${code}")
