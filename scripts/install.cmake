# What is done at install time besides copying: the man pages are written for the prefix, and what is
# installed is noted in a log, by which scripts/uninstall.cmake removes it again.

# Writes a man page with the names of the three programs as they are installed: in .Nm, .Dt and .Xr, in
# examples (.Dl, .Ql) and at the start of a line of literal text ("server: listening …"), and with the
# directory of the programs in the place of /usr/local/bin. What is no name of a program stays, such as
# "the server".
function(sockhop_write_manual page prefix bin output)
  file(READ ${page} text)
  set(text "\n${text}")
  string(TOUPPER "${prefix}" upper)
  set(names "(client|server|traceroute)")
  string(ASCII 1 mark) # stands for the prefix until all names are found, since it may hold anything
  string(ASCII 2 upper_mark)
  string(REGEX REPLACE "(\n\\.Dt )" "\\1${upper_mark}" text "${text}")
  string(REGEX REPLACE "(\n\\.(Nm|Xr) )${names}([ \n])" "\\1${mark}\\3\\4" text "${text}")
  string(REGEX REPLACE "\n${names}(: | \\\\-)" "\n${mark}\\1\\2" text "${text}")
  string(REGEX REPLACE "(\n[^\n]*/bin/)${names}" "\\1${mark}\\2" text "${text}")
  set(example "(\n\\.(Dl|Ql) ([^\n]*[^\n${mark}A-Za-z0-9./-])?)${names}([ \n])")
  while(text MATCHES "${example}")
    string(REGEX REPLACE "${example}" "\\1${mark}\\4\\5" text "${text}")
  endwhile()
  string(REPLACE "-" "\\-" prefix "${prefix}") # what can be typed is no hyphen of text
  string(REPLACE "-" "\\-" upper "${upper}")
  if(NOT IS_ABSOLUTE "${bin}")
    get_filename_component(bin "${CMAKE_INSTALL_PREFIX}/${bin}" ABSOLUTE)
  endif()
  string(REPLACE "-" "\\-" bin "${bin}")
  string(REPLACE "/usr/local/bin/" "${bin}/" text "${text}")
  # A line of text must not begin like a request.
  if(prefix MATCHES "^\\.")
    string(REPLACE "\n${mark}" "\n\\&${mark}" text "${text}")
  endif()
  string(REPLACE "${mark}" "${prefix}" text "${text}")
  string(REPLACE "${upper_mark}" "${upper}" text "${text}")
  string(SUBSTRING "${text}" 1 -1 text)
  file(WRITE ${output} "${text}")
endfunction()

# Notes the directories on the way to each of those given that are not there yet.
function(sockhop_note_directories log)
  foreach(directory ${ARGN})
    if(NOT IS_ABSOLUTE "${directory}")
      set(directory "${CMAKE_INSTALL_PREFIX}/${directory}")
    endif()
    get_filename_component(directory "$ENV{DESTDIR}${directory}" ABSOLUTE)
    while(NOT EXISTS "${directory}")
      file(APPEND ${log} "${directory}\n")
      get_filename_component(directory "${directory}" DIRECTORY)
    endwhile()
  endforeach()
endfunction()

# Notes the files of this installation.
function(sockhop_note_files log)
  foreach(file ${CMAKE_INSTALL_MANIFEST_FILES})
    get_filename_component(file "$ENV{DESTDIR}${file}" ABSOLUTE)
    file(APPEND ${log} "${file}\n")
  endforeach()
endfunction()
