#pragma once
// The files of driver/profile/web as text, and where the chart libraries lie.

namespace napier::driver::page {

extern const char* const html;  // with @style@, @data@, @charts@ and @script@
extern const char* const style;
extern const char* const script;
extern const char* const charts_path;

}  // namespace napier::driver::page
