#include "wire/http/content_type.hh"

#include <gtest/gtest.h>

namespace wire::http {
namespace {

TEST(ContentType, FollowsTheNameWhateverItsCase) {
  EXPECT_EQ(content_type("a/index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(content_type("A.PNG"), "image/png");
  EXPECT_EQ(content_type("archive.tar.gz"), "application/gzip");
  EXPECT_EQ(content_type("README"), "application/octet-stream");
  EXPECT_EQ(content_type("a.html/b"), "application/octet-stream");
  EXPECT_EQ(content_type("a."), "application/octet-stream");
}

TEST(ContentType, IsWhatABrowserActsOn) {
  for (const auto& [name, type] : std::initializer_list<std::pair<const char*, const char*>>{
           {"a.aac", "audio/aac"},
           {"a.apng", "image/apng"},
           {"a.avif", "image/avif"},
           {"a.csv", "text/csv; charset=utf-8"},
           {"a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
           {"a.m3u8", "application/vnd.apple.mpegurl"},
           {"a.m4v", "video/mp4"},
           {"a.md", "text/markdown; charset=utf-8"},
           {"a.mjs", "text/javascript; charset=utf-8"},
           {"a.patch", "text/plain; charset=utf-8"},
           {"a.srt", "application/x-subrip; charset=utf-8"},
           {"a.ts", "video/mp2t"},
           {"a.vtt", "text/vtt; charset=utf-8"},
           {"a.wasm", "application/wasm"},
           {"a.woff2", "font/woff2"},
           {"a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}}) {
    EXPECT_EQ(content_type(name), type);
  }
}

}  // namespace
}  // namespace wire::http
