// SPDX-License-Identifier: BSD-2-Clause
// Run inside a page by browser.py: what is wrong with its looks, as a list of sentences.
(() => {
    const problems = [];
    const say = (what, element) => problems.push(
        what + ': <' + element.tagName + '> "' + (element.textContent || '').trim().slice(0, 60) + '"');
    const seen = element => element.checkVisibility({visibilityProperty: true}) &&
        element.getClientRects().length > 0;
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth)
        problems.push('the page is ' + root.scrollWidth + ' wide in ' + root.clientWidth);

    // Nothing sticks out of its own place, but what stands in a region that scrolls.
    for (const element of document.body.querySelectorAll('*')) {
        if (!seen(element) || element.closest('.scroll, svg, .skip'))
            continue;
        const box = element.getBoundingClientRect();
        if (box.right > innerWidth + 1 || box.left < -1)
            say('sticks out', element);
    }

    // Labels of a chart stand inside the window and not on one another.
    for (const svg of document.querySelectorAll('figure svg')) {
        const labels = [...svg.querySelectorAll(':scope > text')].filter(seen);
        const boxes = labels.map(label => label.getBoundingClientRect());
        boxes.forEach((box, i) => {
            if (box.left < -1 || box.right > innerWidth + 1)
                say('label outside', labels[i]);
            for (let j = 0; j < i; j++) {
                const other = boxes[j];
                if (box.left < other.right - 0.5 && other.left < box.right - 0.5 &&
                    box.top < other.bottom - 3 && other.top < box.bottom - 3)
                    say('label on "' + labels[j].textContent + '"', labels[i]);
            }
        });
    }

    // Contrast of texts (WCAG 2.1, 1.4.3): 4.5 to 1.
    const canvas = text => text.match(/[\d.]+/g).map(Number);
    const light = colour => {
        const [r, g, b] = colour.slice(0, 3).map(part => {
            part /= 255;
            return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = element => {
        for (; element; element = element.parentElement) {
            const colour = canvas(getComputedStyle(element).backgroundColor);
            if (colour.length < 4 || colour[3] === 1)
                return colour;
        }
        return [255, 255, 255];
    };
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const element = words.currentNode.parentElement;
        if (!words.currentNode.data.trim() || !seen(element) || element.closest('title, desc'))
            continue;
        const style = getComputedStyle(element);
        const ink = light(canvas(element instanceof SVGElement ? style.fill : style.color));
        const paper = light(behind(element));
        const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        if (contrast < 4.5)
            say('contrast ' + contrast.toFixed(2), element);
    }
    return problems.slice(0, 20);
})()
