// A directory as a page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/document_root.hh"

namespace server {

// The page for a directory, open for reading, at a path below the root; sorted as the query asks:
// "?size", "?date", "?name", and the same the other way round with a minus ("?-size"). Links are
// described by what they lead to; those that lead nowhere, or out of the root, are left out.
// nullopt, and errno, when not all of it could be read: EIO unless it is for want of descriptors or
// memory.
std::optional<std::string> directory_list(DocumentRoot& root, int directory,
                                          const std::string& path, std::string_view query);

}  // namespace server
