# What `cmake --install` puts where, and the Debian package (`cpack -G DEB` in the build folder).
# Include after add_subdirectory(src): it installs the target edgeward.

set(edgeward_root "${CMAKE_CURRENT_LIST_DIR}/..")
set(edgeward_units_folder "lib/systemd/system" CACHE STRING "systemd units, below the prefix")
mark_as_advanced(edgeward_units_folder)

install(TARGETS edgeward RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
if(TARGET edgeward_shell_files)
  set(edgeward_printed "${PROJECT_BINARY_DIR}/src/app/edgeward")
  install(FILES "${edgeward_printed}.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" OPTIONAL)
  install(FILES "${edgeward_printed}.bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
    RENAME edgeward OPTIONAL)
  install(FILES "${edgeward_printed}.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" OPTIONAL)
endif()
# For mosquitto.conf to name; in no folder the broker looks into by itself.
install(TARGETS edgeward_mosquitto LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/edgeward")
# Where the unit and the program look, whatever the prefix. The site's own: a package asks before it replaces them.
install(FILES "${edgeward_root}/config/edgeward.toml" DESTINATION /etc/edgeward)
install(DIRECTORY "${edgeward_root}/config/mappings" "${edgeward_root}/config/policies" DESTINATION /etc/edgeward)
# Rules of alarms are the hospital's own: the folder is empty, the examples lie beside the other templates.
install(DIRECTORY DESTINATION /etc/edgeward/alarms)
install(DIRECTORY "${edgeward_root}/config/alarms" DESTINATION "${CMAKE_INSTALL_DATADIR}/edgeward")
# Pristine copies to compare with, and to begin again from.
install(FILES "${edgeward_root}/config/edgeward.toml" "${edgeward_root}/config/witness.toml"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/edgeward")
install(DIRECTORY "${edgeward_root}/config/mappings" "${edgeward_root}/config/policies" "${edgeward_root}/config/mosquitto"
  "${edgeward_root}/config/rabbitmq" "${edgeward_root}/config/monitoring"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/edgeward")
install(FILES "${edgeward_root}/systemd/edgeward.service" "${edgeward_root}/systemd/edgeward-witness.service" DESTINATION "${edgeward_units_folder}")
install(FILES "${edgeward_root}/systemd/edgeward.sysusers.conf" DESTINATION lib/sysusers.d RENAME edgeward.conf)
install(FILES "${edgeward_root}/systemd/edgeward.tmpfiles.conf" DESTINATION lib/tmpfiles.d RENAME edgeward.conf)
install(DIRECTORY "${edgeward_root}/docs/" DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")
install(FILES "${edgeward_root}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright)

# The package needs the programs that are installed, not every test.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME edgeward)
set(CPACK_PACKAGE_VENDOR Edgeward)
set(CPACK_PACKAGE_CONTACT "Edgeward maintainers <edgeward@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Receives data of medical devices, separates persons from measurements,
 keeps both encrypted and audited, and delivers to hospital systems.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# procps: the unit reloads by /bin/kill, and without it starts nothing (ExecPaths=).
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd (>= 252), tzdata, procps")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "mosquitto (>= 2.0.21)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(GLOB edgeward_mappings CONFIGURE_DEPENDS RELATIVE "${edgeward_root}/config"
  "${edgeward_root}/config/mappings/*" "${edgeward_root}/config/policies/*")
list(TRANSFORM edgeward_mappings PREPEND "/etc/edgeward/")
list(JOIN edgeward_mappings "\n" edgeward_conffiles)
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/packaging/conffiles" "/etc/edgeward/edgeward.toml\n${edgeward_conffiles}\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${CMAKE_CURRENT_BINARY_DIR}/packaging/conffiles" "${edgeward_root}/systemd/debian/postinst"
  "${edgeward_root}/systemd/debian/prerm" "${edgeward_root}/systemd/debian/postrm")
# Folders of the package are 0755 whatever the umask of the one who builds.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
