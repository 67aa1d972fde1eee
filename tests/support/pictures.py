"""What can be read on pictures."""

import io

from matplotlib import figure
from matplotlib import text as texts


def is_whole(sheet: figure.Figure) -> bool:
    """Return whether axes, their labels and all texts lie within a picture."""
    sheet.savefig(io.BytesIO(), format="png")
    boxes = [text.get_window_extent() for text in sheet.texts]
    for panel in sheet.axes:
        box = panel.get_tightbbox(bbox_extra_artists=panel.texts)
        assert box is not None
        boxes.append(box)
    return all(
        box.x0 >= 0
        and box.y0 >= 0
        and box.x1 <= sheet.bbox.width
        and box.y1 <= sheet.bbox.height
        for box in boxes
    )


def is_legible_on_a_phone(sheet: figure.Figure, *, bases: bool = True) -> bool:
    """Return whether all text has 9 pixels or more where a picture is 390 wide.

    Args:
        sheet: The picture.
        bases: Ask it of rows of bases, too.
    """
    sheet.savefig(io.BytesIO(), format="png")
    pixels = 390 / sheet.get_figwidth() / 72
    sizes = [
        float(each.get_fontsize()) * pixels
        for each in sheet.findobj(texts.Text)
        if isinstance(each, texts.Text)
        and each.get_text()
        and each.get_visible()
        and (bases or "DejaVu Sans Mono" not in each.get_fontfamily())
    ]
    return bool(sizes) and min(sizes) >= 9


def words(sheet: figure.Figure) -> set[str]:
    """Return the texts of a picture, each in one line."""
    sheet.savefig(io.BytesIO(), format="png")
    found = sheet.findobj(texts.Text)
    return {
        " ".join(each.get_text().split())
        for each in found
        if isinstance(each, texts.Text)
    }
