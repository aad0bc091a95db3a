// A directory's contents as a page.
#pragma once

#include <string>

namespace server {

// Lists an open directory, directories first, by name; entries whose name begins with a dot are
// left out, as ls(1) does. `path` is relative to the site and heads the page.
std::string directory_list(int directory, const std::string& path, bool descending);

}  // namespace server
